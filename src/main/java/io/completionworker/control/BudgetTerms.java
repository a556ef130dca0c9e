// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import static io.completionworker.control.ControlRecord.check;

import io.completionworker.avro.CompletionControl;
import io.completionworker.config.Budget;
import io.completionworker.config.Budget.Action;
import io.completionworker.config.Budget.Period;
import io.completionworker.config.BudgetConfig;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a control by which it is a budget. */
final class BudgetTerms {

  static final String FIELDS = "budget, amount, period, time_zone, action";

  private BudgetTerms() {}

  /** Whether any of the fields is set. */
  static boolean any(CompletionControl record) {
    return Stream.of(
            record.getBudget(),
            record.getAmount(),
            record.getPeriod(),
            record.getTimeZone(),
            record.getAction())
        .anyMatch(Objects::nonNull);
  }

  /**
   * Returns the budget of a record.
   *
   * @throws IllegalArgumentException with what is wrong with it, and in which field
   */
  static Budget of(CompletionControl record, Selector selector) {
    check(
        selector.requestId() == null && selector.traceId() == null,
        "request_id, trace_id: a BUDGET does not select by them");
    String name = record.getBudget();
    check(
        name != null && name.matches(Budget.NAME),
        "budget: must be 1 to 64 letters, digits, '.', '-' and '_'");
    BigDecimal amount = record.getAmount();
    check(
        amount != null && amount.signum() > 0 && amount.compareTo(Budget.MOST) <= 0,
        "amount: must be above 0 and at most " + Budget.plain(Budget.MOST));
    String zone = record.getTimeZone();
    ZoneId known = zone == null ? ZoneOffset.UTC : BudgetConfig.zone(zone);
    check(known != null, "time_zone: is not known; one is Europe/Berlin, another UTC");
    return new Budget(
        Objects.requireNonNull(name),
        Objects.requireNonNull(amount),
        constant("period", record.getPeriod(), Period.TOTAL),
        Objects.requireNonNull(known),
        constant("action", record.getAction(), Action.HOLD),
        new Budget.Scope(
            selector.virtualKey(),
            selector.endUser(),
            selector.model(),
            selector.batchId(),
            selector.metadata()));
  }

  private static <E extends Enum<E>> E constant(String field, @Nullable String text, E otherwise) {
    if (text == null) {
      return otherwise;
    }
    E constant = BudgetConfig.constant(otherwise.getDeclaringClass(), text);
    check(
        constant != null,
        field
            + ": must be "
            + Arrays.stream(otherwise.getDeclaringClass().getEnumConstants())
                .map(Budget::text)
                .collect(Collectors.joining(" or ")));
    return Objects.requireNonNull(constant);
  }
}
