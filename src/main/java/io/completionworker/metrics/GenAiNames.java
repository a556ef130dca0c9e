package io.completionworker.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the attributes of GenAI meters are called. OpenTelemetry's conventions are in development:
 * who has used 1.36 of them stays there until it is asked for the latest.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/">GenAI
 *     metrics</a>
 */
public enum GenAiNames {
  /** Version 1.36. */
  V1_36,
  /** The latest. */
  LATEST;

  /** The variable by which OpenTelemetry has its users opt in. */
  public static final String OPT_IN = "OTEL_SEMCONV_STABILITY_OPT_IN";

  private static final String OPTED = "gen_ai_latest_experimental";

  /** Where nobody names a provider: the one whose form of API this is. */
  private static final String DEFAULT_PROVIDER = "openai";

  /** The gateway's names of providers that the conventions have names for. */
  private static final Map<String, String> PROVIDERS =
      Map.ofEntries(
          Map.entry("azure-openai", "azure.ai.openai"),
          Map.entry("azure-ai", "azure.ai.inference"),
          Map.entry("bedrock", "aws.bedrock"),
          Map.entry("google", "gcp.gemini"),
          Map.entry("vertex-ai", "gcp.vertex_ai"),
          Map.entry("mistral-ai", "mistral_ai"),
          Map.entry("perplexity-ai", "perplexity"),
          Map.entry("x-ai", "xai"));

  /**
   * What the user has chosen.
   *
   * @param configured whether the configuration asks for the latest
   * @param optIn value of {@link #OPT_IN}, a list with commas; or null
   */
  public static GenAiNames of(boolean configured, @Nullable String optIn) {
    boolean opted =
        optIn != null
            && Arrays.stream(optIn.split(",", -1)).map(String::strip).anyMatch(OPTED::equals);
    return configured || opted ? LATEST : V1_36;
  }

  /** The provider as the conventions name it. */
  String provider(@Nullable String provider) {
    if (provider == null) {
      return DEFAULT_PROVIDER;
    }
    String lower = provider.toLowerCase(Locale.ROOT);
    String known = PROVIDERS.getOrDefault(lower, lower);
    return this == LATEST && known.equals("xai") ? "x_ai" : known;
  }

  /** A meter with the attribute of these conventions. */
  MeterSpec named(MeterSpec spec) {
    return this == LATEST ? spec.retagged(CallMeters.SYSTEM, "gen_ai.provider.name") : spec;
  }
}
