// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.config.Budget;
import java.math.BigDecimal;

/**
 * What a budget has left now.
 *
 * @param selected which requests count, without secrets
 * @param currency of the price file
 * @param period name of the period
 * @param endMillis when the period ends; {@link Long#MAX_VALUE} for never
 * @param spent what all instances have spent in this period, as far as is known here
 * @param reserved what this instance has reserved for open calls, and not added up yet
 */
public record BudgetState(
    Budget budget,
    String selected,
    String currency,
    String period,
    long endMillis,
    BigDecimal spent,
    BigDecimal reserved) {

  /** Returns what is not spent; not negative. */
  public BigDecimal left() {
    return budget.amount().subtract(spent).max(BigDecimal.ZERO);
  }
}
