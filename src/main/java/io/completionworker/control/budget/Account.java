// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.completion.Charge;
import io.completionworker.completion.CompletionCall;
import io.completionworker.config.Budget;
import io.completionworker.config.Budget.Action;
import io.completionworker.control.Control;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The money of the budgets: what all instances have spent and reserved, and what this one may take
 * of the rest. Dispatcher's loop only, except {@link #share}.
 */
final class Account {

  private final String currency;
  private final Clock clock;
  private final Ledger ledger;
  private final Reserved reserved;
  private volatile Part part = new Part(0, 0, 0);

  /**
   * The clocks, and how long it takes at most until others know what an instance takes.
   *
   * @param millis wall clock, Unix time in milliseconds
   * @param nanos monotonic time, on any thread
   */
  record Clock(LongSupplier millis, LongSupplier nanos, Duration known) {}

  /**
   * This instance's part of the partitions.
   *
   * @param now until {@code fromNanos}
   * @param later from then on
   */
  private record Part(double now, double later, long fromNanos) {

    double at(long nanos) {
      return nanos - fromNanos >= 0 ? later : now;
    }
  }

  Account(String currency, String process, Clock clock) {
    this.currency = currency;
    this.clock = clock;
    this.ledger = new Ledger(currency, process);
    this.reserved = new Reserved(clock.known().toNanos());
  }

  /**
   * Sets this instance's part of the partitions. A larger one counts a little later, since what
   * their last owner took may not be known here yet. Any thread.
   */
  synchronized void share(double share) {
    long now = clock.nanos().getAsLong();
    double before = part.at(now);
    if (share <= before) {
      part = new Part(share, share, now);
    } else if (share != part.later()) { // it is told again and again
      part = new Part(before, share, now + clock.known().toNanos());
    }
  }

  /** Takes an entry of the topic. */
  void published(SpendEntry entry) {
    ledger.published(entry, clock.millis().getAsLong(), clock.nanos().getAsLong());
  }

  Ledger ledger() {
    return ledger;
  }

  Reserved reserved() {
    return reserved;
  }

  /** Reserves what a call needs, which starts now. */
  void reserve(CompletionCall call, List<String> budgets, BigDecimal each) {
    reserved.reserve(call, budgets, each, clock.nanos().getAsLong());
  }

  /**
   * Returns whether a budget has this amount. What this instance took so lately that others may not
   * know it is at most its share of what is left: so all of them together do not take more than
   * there is. So that the last of the money can be spent, too, one call may always start, if its
   * amount is left and the instance has started none lately.
   */
  Verdict check(Budget budget, BigDecimal need) {
    String name = budget.name();
    long now = clock.nanos().getAsLong();
    Budget.Span span = budget.span(clock.millis().getAsLong());
    BigDecimal uncounted = reserved.uncounted(name, span.name());
    BigDecimal unspent = unspent(budget, span);
    if (need.compareTo(unspent) > 0) {
      return stops(budget, span, unspent, need);
    }
    BigDecimal open = reserved.open(name);
    BigDecimal left = unspent.subtract(open).subtract(others(name, span));
    if (need.compareTo(left) > 0) {
      return Verdict.WAITS;
    }
    BigDecimal recent = reserved.recent(name, now);
    BigDecimal before = left.add(recent.min(open.add(uncounted)));
    double share = part.at(now);
    boolean fits =
        share >= 1
            || recent.signum() == 0
            || recent.add(need).compareTo(before.multiply(BigDecimal.valueOf(share))) <= 0;
    return fits ? Verdict.FITS : Verdict.WAITS;
  }

  /** Returns what is neither spent nor taken by calls that have ended. Below 0 if overspent. */
  Budgets.Unspent unspent(Budget budget) {
    Budget.Span span = budget.span(clock.millis().getAsLong());
    return new Budgets.Unspent(span.name(), unspent(budget, span));
  }

  private BigDecimal unspent(Budget budget, Budget.Span span) {
    String name = budget.name();
    return budget
        .amount()
        .subtract(ledger.spent(name, span.name()))
        .subtract(reserved.uncounted(name, span.name()));
  }

  private BigDecimal others(String name, Budget.Span span) {
    return ledger.reservedByOthers(name, span.name(), clock.nanos().getAsLong());
  }

  /**
   * Returns what is reserved for open calls now, by their source.
   *
   * @param budgets returns the budget of a name; empty if there is none any more
   */
  Map<String, List<Charge>> levels(Function<String, Optional<Budget>> budgets) {
    Map<String, List<Charge>> levels = new HashMap<>();
    for (String source : reserved.sources()) {
      List<Charge> ofSource = new ArrayList<>();
      reserved
          .openOf(source)
          .forEach(
              (name, open) ->
                  budgets.apply(name).ifPresent(budget -> ofSource.add(level(budget, open))));
      levels.put(source, ofSource);
    }
    return levels;
  }

  private Charge level(Budget budget, BigDecimal open) {
    Budget.Span span = budget.span(clock.millis().getAsLong());
    return new Charge(budget.name(), span.name(), span.endMillis(), open);
  }

  private Verdict stops(Budget budget, Budget.Span span, BigDecimal left, BigDecimal need) {
    String why =
        "budget %s of %s has %s %s left, and the request may cost %s"
            .formatted(
                budget.name(),
                budget.terms(currency),
                Budget.plain(left.max(BigDecimal.ZERO)),
                currency,
                Budget.plain(need));
    return new Verdict.Stops(budget, budget.action() == Action.FAIL, why, span.endMillis());
  }

  BudgetState state(Budget budget, String selected, Control.@Nullable Origin origin) {
    Budget.Span span = budget.span(clock.millis().getAsLong());
    return new BudgetState(
        budget,
        selected,
        currency,
        span.name(),
        span.endMillis(),
        ledger.spent(budget.name(), span.name()),
        reserved
            .open(budget.name())
            .add(reserved.uncounted(budget.name(), span.name()))
            .add(others(budget.name(), span)),
        origin);
  }
}
