// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** The prices of a file. Immutable, safe on every thread. */
public final class PriceList {

  /** Decimals of an amount, as usage rows have it. */
  public static final int SCALE = 10;

  /** Digits of an amount, decimals included. */
  static final int PRECISION = 20;

  private final String currency;
  private final List<Price> prices;

  /** Prices in one currency; of those that are equally specific, the first holds. */
  PriceList(String currency, List<Price> prices) {
    this.currency = currency;
    this.prices = prices.stream().sorted(Price.MOST_SPECIFIC_FIRST).toList();
  }

  /** What the call costs. Rounded once, at the end, half up. */
  public Cost cost(PricedCall call, UsedTokens tokens) {
    return prices.stream()
        .filter(price -> price.matches(call))
        .findFirst()
        .map(price -> known(price.rates().amount(tokens)))
        .orElseGet(Cost.NoPrice::new);
  }

  /** What costs nothing, whatever it is. */
  public Cost nothing() {
    return known(BigDecimal.ZERO);
  }

  private Cost known(BigDecimal exact) {
    BigDecimal amount = exact.setScale(SCALE, RoundingMode.HALF_UP);
    return amount.precision() > PRECISION ? new Cost.TooLarge() : new Cost.Known(amount, currency);
  }
}
