// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import io.completionworker.config.Glob;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * One entry of the price file.
   *
   * @param provider null for every provider, and for calls that name none
   * @param tier null for every tier
   * @param validFrom {@link Instant#MIN} if it has always been valid
   */
  record Price(
      Glob model, @Nullable Glob provider, @Nullable String tier, Instant validFrom, Rates rates) {

    /**
     * The first price of this order that matches a call applies. Prices with more literal
     * characters in the model come first, then those with fewer wildcards there; then those that
     * name a tier; then those with more literal characters in the provider; then the later ones.
     */
    static final Comparator<Price> MOST_SPECIFIC_FIRST =
        Comparator.comparingInt((Price price) -> -price.model.literals())
            .thenComparingInt(price -> price.model.wildcards())
            .thenComparingInt(price -> price.tier == null ? 1 : 0)
            .thenComparingInt(price -> price.provider == null ? 1 : -price.provider.literals())
            .thenComparing(Price::validFrom, Comparator.reverseOrder());

    boolean matches(PricedCall call) {
      return !validFrom.isAfter(Instant.ofEpochMilli(call.completedAt()))
          && (tier == null || tier.equals(call.tier()))
          && call.modelNames().stream().anyMatch(model::matches)
          && (provider == null || call.providerNames().stream().anyMatch(provider::matches));
    }
  }

  /** Prices per million tokens, by kind of token. */
  record Rates(
      BigDecimal input,
      BigDecimal cachedInput,
      BigDecimal cacheWrite,
      BigDecimal cacheWriteForAnHour,
      BigDecimal audioInput,
      BigDecimal output,
      BigDecimal reasoning,
      BigDecimal audioOutput) {

    private static final int MILLIONTHS = -6;

    /** What these tokens cost, exactly. */
    BigDecimal amount(UsedTokens tokens) {
      return in(tokens.in()).add(out(tokens.out())).scaleByPowerOfTen(MILLIONTHS);
    }

    private BigDecimal in(UsedTokens.In tokens) {
      return price(tokens.plain(), input)
          .add(price(tokens.cached(), cachedInput))
          .add(price(tokens.written() - tokens.writtenForAnHour(), cacheWrite))
          .add(price(tokens.writtenForAnHour(), cacheWriteForAnHour))
          .add(price(tokens.audio(), audioInput));
    }

    private BigDecimal out(UsedTokens.Out tokens) {
      return price(tokens.plain(), output)
          .add(price(tokens.reasoning(), reasoning))
          .add(price(tokens.audio(), audioOutput));
    }

    private static BigDecimal price(long tokens, BigDecimal perMillion) {
      return perMillion.multiply(BigDecimal.valueOf(tokens));
    }
  }
}
