// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import java.math.BigDecimal;

/** What a call costs, or why nobody can say. */
public sealed interface Cost {

  /**
   * An amount.
   *
   * @param amount never negative; of {@link PriceList#SCALE} decimals
   * @param currency ISO 4217
   */
  record Known(BigDecimal amount, String currency) implements Cost {}

  /** There is no price, or there are no counts, and neither is amiss. */
  record Unknown() implements Cost {}

  /** No entry of the price file matches. */
  record NoPrice() implements Cost {}

  /** More digits than an amount may have. */
  record TooLarge() implements Cost {}
}
