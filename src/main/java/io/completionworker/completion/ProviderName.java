// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What spans and meters call a provider: by the name that OpenTelemetry's conventions for GenAI
 * have for it, or else by the gateway's.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/">GenAI
 *     attributes</a>
 */
public final class ProviderName {

  /** The attribute that has it. */
  public static final String ATTRIBUTE = "gen_ai.provider.name";

  /** Where nobody names a provider: the one whose form of API this is. */
  private static final String DEFAULT = "openai";

  /** The gateway's names of providers that the conventions have names for. */
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
   * The name of a provider.
   *
   * @param provider as the gateway names it; null or blank where nobody does
   */
  public static String of(@Nullable String provider) {
    if (provider == null || provider.isBlank()) {
      return DEFAULT;
    }
    String lower = provider.strip().toLowerCase(Locale.ROOT);
    return CONVENTIONS.getOrDefault(lower, lower);
  }
}
