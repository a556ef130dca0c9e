// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
    return provider.startsWith("@") ? List.of(provider, provider.substring(1)) : List.of(provider);
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
