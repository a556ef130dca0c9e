// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.config.Budget;
import io.completionworker.control.Control;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a budget has left now.
 *
 * @param selected which requests count, without secrets
 * @param currency of the price file
 * @param period name of the period
 * @param endMillis when the period ends; {@link Long#MAX_VALUE} for never
 * @param spent what all instances have spent in this period, as far as is known here
 * @param reserved what instances have reserved for open calls, as far as is known here
 * @param origin where the control comes from that set it; null if it is configured
 */
public record BudgetState(
    Budget budget,
    String selected,
    String currency,
    String period,
    long endMillis,
    BigDecimal spent,
    BigDecimal reserved,
    Control.@Nullable Origin origin) {

  /** Returns the terms and what has become of them: {@code 10 USD a day, 9.5 spent, 0.5 left}. */
  public String text() {
    return budget.terms(currency)
        + ", "
        + Budget.plain(spent)
        + " spent, "
        + Budget.plain(left())
        + " left, of which "
        + Budget.plain(reserved)
        + " reserved";
  }

  /** Returns what is not spent; not negative. */
  public BigDecimal left() {
    return budget.amount().subtract(spent).max(BigDecimal.ZERO);
  }
}
