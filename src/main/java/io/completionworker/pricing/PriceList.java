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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The prices of a file. Immutable, safe on every thread. */
public final class PriceList {

  /** The number of decimals of an amount, as in usage rows. */
  public static final int SCALE = 10;

  /** The number of digits of an amount, with decimals. */
  static final int PRECISION = 20;

  private final String currency;
  private final List<Price> prices;

  /** Creates a list of prices in one currency. Of equally specific prices, the first applies. */
  PriceList(String currency, List<Price> prices) {
    this.currency = currency;
    this.prices = prices.stream().sorted(Price.MOST_SPECIFIC_FIRST).toList();
  }

  /** Returns the cost of a call, rounded once, half up. */
  public Cost cost(PricedCall call, UsedTokens tokens) {
    return cost(call, tokens.in().all(), rates -> rates.amount(tokens));
  }

  /**
   * Returns the most that a call costs, whatever kinds of tokens these are, except audio. Tokens of
   * the prompt that are not of images stay so.
   */
  public Cost greatest(PricedCall call, UsedTokens tokens) {
    return cost(call, tokens.in().all(), rates -> rates.most(tokens));
  }

  private Cost cost(PricedCall call, long in, Function<Rates, BigDecimal> ofTokens) {
    return prices.stream()
        .filter(price -> price.matches(call, in))
        .findFirst()
        .map(Price::rates)
        .map(rates -> known(ofTokens.apply(rates).add(rates.ofCall(call.images()))))
        .orElseGet(Cost.NoPrice::new);
  }

  /** Returns the currency, ISO 4217. */
  public String currency() {
    return currency;
  }

  /** Returns a cost of zero. */
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
   * @param promptOver only prompts with more tokens than this have the price; -1 for all prompts
   * @param validFrom {@link Instant#MIN} if it has always been valid
   */
  record Price(
      Glob model,
      @Nullable Glob provider,
      @Nullable String tier,
      long promptOver,
      Instant validFrom,
      Rates rates) {

    /**
     * The order in which prices are tried. The first price that matches a call applies. Prices with
     * more literal characters in the model come first, then those with fewer wildcards there, then
     * those that name a tier, then those for longer prompts, then those with more literal
     * characters in the provider, then those with a later start.
     */
    static final Comparator<Price> MOST_SPECIFIC_FIRST =
        Comparator.comparingInt((Price price) -> -price.model.literals())
            .thenComparingInt(price -> price.model.wildcards())
            .thenComparingInt(price -> price.tier == null ? 1 : 0)
            .thenComparing(Comparator.comparingLong(Price::promptOver).reversed())
            .thenComparingInt(price -> price.provider == null ? 1 : -price.provider.literals())
            .thenComparing(Price::validFrom, Comparator.reverseOrder());

    boolean matches(PricedCall call, long promptTokens) {
      return promptTokens > promptOver
          && !validFrom.isAfter(Instant.ofEpochMilli(call.completedAt()))
          && (tier == null || tier.equals(call.tier()))
          && call.modelNames().stream().anyMatch(model::matches)
          && (provider == null || call.providerNames().stream().anyMatch(provider::matches));
    }
  }

  /**
   * Prices per million tokens, by kind of token.
   *
   * @param request price of a call, in addition to its tokens
   * @param image price of an image of its request, in addition to the tokens
   */
  record Rates(
      BigDecimal request,
      BigDecimal image,
      BigDecimal input,
      BigDecimal cachedInput,
      BigDecimal cacheWrite,
      BigDecimal cacheWriteForAnHour,
      BigDecimal audioInput,
      BigDecimal imageInput,
      BigDecimal output,
      BigDecimal reasoning,
      BigDecimal audioOutput,
      BigDecimal imageOutput) {

    private static final int MILLIONTHS = -6;

    /** Returns the exact cost of these tokens. */
    BigDecimal amount(UsedTokens tokens) {
      return in(tokens.in()).add(out(tokens.out())).scaleByPowerOfTen(MILLIONTHS);
    }

    BigDecimal most(UsedTokens tokens) {
      long ofImages = tokens.in().image();
      BigDecimal text = input.max(cacheWrite).max(cacheWriteForAnHour);
      return price(tokens.in().all() - ofImages, text)
          .add(price(ofImages, text.max(imageInput)))
          .add(price(tokens.out().all(), output.max(reasoning).max(imageOutput)))
          .scaleByPowerOfTen(MILLIONTHS);
    }

    /** Returns the cost of a call beside its tokens. */
    BigDecimal ofCall(long images) {
      return price(images, image).add(request);
    }

    private BigDecimal in(UsedTokens.In tokens) {
      return price(tokens.plain(), input)
          .add(price(tokens.cached(), cachedInput))
          .add(price(tokens.written() - tokens.writtenForAnHour(), cacheWrite))
          .add(price(tokens.writtenForAnHour(), cacheWriteForAnHour))
          .add(price(tokens.audio(), audioInput))
          .add(price(tokens.image(), imageInput));
    }

    private BigDecimal out(UsedTokens.Out tokens) {
      return price(tokens.plain(), output)
          .add(price(tokens.reasoning(), reasoning))
          .add(price(tokens.audio(), audioOutput))
          .add(price(tokens.image(), imageOutput));
    }

    private static BigDecimal price(long count, BigDecimal each) {
      return each.multiply(BigDecimal.valueOf(count));
    }
  }

  /** The cost of a call, or the reason why it is unknown. */
  public sealed interface Cost {

    /**
     * A known cost.
     *
     * @param amount never negative; has {@link PriceList#SCALE} decimals
     * @param currency ISO 4217
     */
    record Known(BigDecimal amount, String currency) implements Cost {}

    /** There are no prices, or no token counts. Neither is a fault. */
    record Unknown() implements Cost {}

    /** No entry of the price file matches. */
    record NoPrice() implements Cost {}

    /** The amount has too many digits. */
    record TooLarge() implements Cost {}
  }

  /**
   * The properties of a call that its price depends on.
   *
   * @param model the model that answered, otherwise the one asked for
   * @param provider the provider that served the call, otherwise the one asked for, or null
   * @param serviceTier the tier that the answer names, or null
   * @param completedAt Unix time in milliseconds
   * @param images number of images in its request
   */
  public record PricedCall(
      String model,
      @Nullable String provider,
      @Nullable String serviceTier,
      long completedAt,
      long images) {

    /** The tier of calls without a named tier. */
    static final String DEFAULT_TIER = "default";

    /** Creates a call without images. */
    public PricedCall(
        String model, @Nullable String provider, @Nullable String serviceTier, long completedAt) {
      this(model, provider, serviceTier, completedAt, 0);
    }

    /**
     * Returns the names that a pattern may match: the model as it is, without {@code @slug/}, and
     * without {@code provider/}.
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

    /**
     * Returns the provider as it is, and without the {@code @} of a slug; empty if it is unknown.
     */
    List<String> providerNames() {
      if (provider == null) {
        return List.of();
      }
      return provider.startsWith("@")
          ? List.of(provider, provider.substring(1))
          : List.of(provider);
    }

    /** Returns the tier by its name in prices. */
    String tier() {
      return tier(serviceTier);
    }

    /**
     * Returns one name for the default tier, which providers call by several names or leave out.
     */
    static String tier(@Nullable String name) {
      String tier = name == null ? "" : name.strip().toLowerCase(Locale.ROOT);
      return tier.isEmpty() || tier.equals("standard") ? DEFAULT_TIER : tier;
    }

    private static String afterSlash(String name) {
      return name.substring(name.indexOf('/') + 1);
    }
  }
}
