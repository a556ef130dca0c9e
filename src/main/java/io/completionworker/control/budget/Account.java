// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.config.Budget;
import io.completionworker.config.Budget.Action;
import java.math.BigDecimal;
import java.util.function.LongSupplier;

/**
 * The money of the budgets: what all instances have spent, what this one has reserved, and what it
 * may reserve. Dispatcher's loop only, except {@link #share}.
 */
final class Account {

  private final String currency;
  private final LongSupplier millis;
  private final Ledger ledger;
  private final Reserved reserved = new Reserved();
  private volatile double share;

  Account(String currency, LongSupplier millis) {
    this.currency = currency;
    this.millis = millis;
    this.ledger = new Ledger(currency);
  }

  /** Sets this instance's part of the partitions. Any thread. */
  void share(double part) {
    share = part;
  }

  Ledger ledger() {
    return ledger;
  }

  Reserved reserved() {
    return reserved;
  }

  /**
   * Returns whether a budget has this amount. What open calls may cost is reserved only as far as
   * it is the instance's share; so that the last of the money can be spent, too, one call may
   * always start if its amount is left.
   */
  Verdict check(Budget budget, BigDecimal need) {
    Budget.Span span = budget.span(millis.getAsLong());
    BigDecimal left =
        budget
            .amount()
            .subtract(ledger.spent(budget.name(), span.name()))
            .subtract(reserved.uncounted(budget.name(), span.name()));
    if (need.compareTo(left) > 0) {
      return stops(budget, span, left, need);
    }
    BigDecimal open = reserved.open(budget.name());
    boolean fits =
        open.signum() == 0
            || open.add(need).compareTo(left.multiply(BigDecimal.valueOf(share))) <= 0;
    return fits ? Verdict.FITS : Verdict.WAITS;
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

  BudgetState state(Budget budget, String selected) {
    Budget.Span span = budget.span(millis.getAsLong());
    return new BudgetState(
        budget,
        selected,
        currency,
        span.name(),
        span.endMillis(),
        ledger.spent(budget.name(), span.name()),
        reserved.open(budget.name()).add(reserved.uncounted(budget.name(), span.name())));
  }
}
