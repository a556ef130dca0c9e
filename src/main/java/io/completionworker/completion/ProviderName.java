// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of providers in spans and meters: the name from OpenTelemetry's conventions for GenAI,
 * otherwise the gateway's name.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/">GenAI
 *     attributes</a>
 */
public final class ProviderName {

  /** The attribute that holds the name. */
  public static final String ATTRIBUTE = "gen_ai.provider.name";

  /** The default if no provider is named: the provider whose API format is used. */
  private static final String DEFAULT = "openai";

  /** The conventions' names by the gateway's names, where they differ. */
  private static final Map<String, String> CONVENTIONS =
      Map.ofEntries(
          Map.entry("azure-openai", "azure.ai.openai"),
          Map.entry("azure-ai", "azure.ai.inference"),
          Map.entry("bedrock", "aws.bedrock"),
          Map.entry("google", "gcp.gemini"),
          Map.entry("vertex-ai", "gcp.vertex_ai"),
          Map.entry("mistral-ai", "mistral_ai"),
          Map.entry("perplexity-ai", "perplexity"),
          Map.entry("x-ai", "x_ai"));

  private ProviderName() {}

  /**
   * Returns the name of a provider.
   *
   * @param provider the gateway's name of the provider; null or blank if it is unknown
   */
  public static String of(@Nullable String provider) {
    if (provider == null || provider.isBlank()) {
      return DEFAULT;
    }
    String lower = provider.strip().toLowerCase(Locale.ROOT);
    return CONVENTIONS.getOrDefault(lower, lower);
  }
}
