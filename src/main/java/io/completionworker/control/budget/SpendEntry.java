// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import java.math.BigDecimal;

/**
 * What the requests of one partition of a request topic have taken from a budget in one period. A
 * later entry of the same partition, budget and period replaces an earlier one.
 *
 * @param source topic and partition of the requests, as {@code completion-requests-3}
 * @param budget name of the budget
 * @param period name of its period, see {@link io.completionworker.config.Budget.Span}
 * @param endMillis when the period ends; {@link Long#MAX_VALUE} for never
 * @param currency ISO 4217
 * @param spent the sum, with {@link io.completionworker.config.Budget#SCALE} decimals
 * @param reserved what open calls may cost
 * @param holder random name of the process that has the calls
 * @param atMillis when the entry was changed last, Unix time in milliseconds
 */
public record SpendEntry(
    String source,
    String budget,
    String period,
    long endMillis,
    String currency,
    BigDecimal spent,
    BigDecimal reserved,
    String holder,
    long atMillis) {

  /** Returns a copy with this reserved instead. */
  public SpendEntry reserving(BigDecimal amount, String process, long nowMillis) {
    return new SpendEntry(
        source, budget, period, endMillis, currency, spent, amount, process, nowMillis);
  }

  /**
   * Returns a copy with more spent. If another process has reserved something, it has lost the
   * partition, and what is charged here was reserved there.
   */
  public SpendEntry plus(BigDecimal amount, String process, long nowMillis) {
    BigDecimal left =
        holder.equals(process) ? reserved : reserved.subtract(amount).max(BigDecimal.ZERO);
    return new SpendEntry(
        source, budget, period, endMillis, currency, spent.add(amount), left, holder, nowMillis);
  }

  /** Returns a copy without anything spent or reserved. */
  public SpendEntry forgotten() {
    return new SpendEntry(
        source,
        budget,
        period,
        endMillis,
        currency,
        BigDecimal.ZERO.setScale(spent.scale()),
        BigDecimal.ZERO,
        "",
        atMillis);
  }
}
