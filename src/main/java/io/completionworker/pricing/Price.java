// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import io.completionworker.config.Glob;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the price file.
 *
 * @param provider null for every provider, also one that nobody names
 * @param tier null for every tier
 * @param validFrom {@link Instant#MIN} for always
 */
record Price(
    Glob model, @Nullable Glob provider, @Nullable String tier, Instant validFrom, Rates rates) {

  /**
   * The first of those that match a call is the one that holds. Most literal characters of the
   * model first, of equals the one with fewer wildcards; then the one that names the tier, which is
   * that of the call if it matches; then most literal characters of the provider; then the latest.
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
