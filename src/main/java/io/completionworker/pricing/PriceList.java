// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import io.completionworker.config.Glob;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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

  /**
   * What the price of a call goes by.
   *
   * @param model that answered, else the one asked for
   * @param provider that served the call, else the one asked for, or null
   * @param serviceTier that the answer names, or null
   * @param completedAt Unix time in milliseconds
   */
  public record PricedCall(
      String model, @Nullable String provider, @Nullable String serviceTier, long completedAt) {

    /** What prices without a tier are for in the first place. */
    static final String DEFAULT_TIER = "default";

    /**
     * The names that a pattern may be of: the model as it is, without {@code @slug/}, and without
     * {@code provider/}.
     */
    List<String> modelNames() {
      List<String> names = new ArrayList<>(List.of(model));
      String bare = model;
      if (bare.startsWith("@") && bare.indexOf('/') > 0) {
        bare = afterSlash(bare);
        names.add(bare);
      }
      if (bare.indexOf('/') > 0) {
        names.add(afterSlash(bare));
      }
      return names;
    }

    /** The provider as it is, and without the {@code @} of a slug; none when nobody names it. */
    List<String> providerNames() {
      if (provider == null) {
        return List.of();
      }
      return provider.startsWith("@")
          ? List.of(provider, provider.substring(1))
          : List.of(provider);
    }

    /** The tier by the name that it has in prices. */
    String tier() {
      return tier(serviceTier);
    }

    /** One name for the usual tier, which providers call by several or not at all. */
    static String tier(@Nullable String name) {
      String tier = name == null ? "" : name.strip().toLowerCase(Locale.ROOT);
      return tier.isEmpty() || tier.equals("standard") ? DEFAULT_TIER : tier;
    }

    private static String afterSlash(String name) {
      return name.substring(name.indexOf('/') + 1);
    }
  }

  /**
   * Tokens that a call used.
   *
   * <p>Counts that do not fit together are made to: none is under zero, and a whole is at least
   * what its parts are together, since what has a name was used. So a cost is never negative, and
   * never under that of the parts.
   */
  public record UsedTokens(In in, Out out) {

    /**
     * Tokens of the prompt.
     *
     * @param all what went in, with all parts
     * @param cached of these, read from the provider's cache
     * @param written of these, written to the provider's cache; none of them was read from it
     * @param writtenForAnHour of those that were written, those that are kept for an hour
     * @param audio of all; where the rest has no room for them, they are among the cached and the
     *     written ones and have their price
     */
    public record In(long all, long cached, long written, long writtenForAnHour, long audio) {

      public In {
        cached = Math.max(0, cached);
        writtenForAnHour = Math.max(0, writtenForAnHour);
        written = Math.max(writtenForAnHour, written);
        audio = Math.max(0, audio);
        all = Math.max(all, Math.max(audio, sum(cached, written)));
        cached = Math.min(cached, all); // where the sum is out of range
        written = Math.min(written, all - cached);
        writtenForAnHour = Math.min(writtenForAnHour, written);
        audio = Math.min(audio, all - cached - written);
      }

      /** Neither cached nor written nor audio. */
      long plain() {
        return all - cached - written - audio;
      }
    }

    /**
     * Tokens of the completion.
     *
     * @param all what came out, with all parts
     * @param reasoning of these
     * @param audio of these; reasoning has no audio
     */
    public record Out(long all, long reasoning, long audio) {

      public Out {
        reasoning = Math.max(0, reasoning);
        audio = Math.max(0, audio);
        all = Math.max(all, sum(reasoning, audio));
        reasoning = Math.min(reasoning, all);
        audio = Math.min(audio, all - reasoning);
      }

      /** Neither reasoning nor audio. */
      long plain() {
        return all - reasoning - audio;
      }
    }

    private static long sum(long a, long b) {
      return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
  }
}
