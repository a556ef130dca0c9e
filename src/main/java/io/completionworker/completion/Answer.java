// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.Choice;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.TokenUsage;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint's answer, decoded. Has at least one choice.
 *
 * @param id the endpoint's id of the completion, empty when it sent none
 * @param created Unix time in seconds, 0 when it sent none
 * @param model the model that answered, empty when it sent none
 * @param choices the answers
 * @param systemFingerprint or null
 * @param serviceTier the tier that served the call, or null
 * @param usage reported token counts, or null
 * @param gateway what the gateway's headers say
 * @param body the answer as it came
 */
public record Answer(
    String id,
    long created,
    String model,
    List<Choice> choices,
    @Nullable String systemFingerprint,
    @Nullable String serviceTier,
    @Nullable TokenUsage usage,
    GatewayDetails gateway,
    String body) {

  /** What it says of the work behind it. */
  public Served served() {
    return new Served(model, serviceTier, usage, gateway);
  }

  /**
   * What a response says of the work behind it, whether an answer came of it or not.
   *
   * @param model the model that did it, empty when the response names none
   * @param serviceTier the tier that it was done in, or null
   * @param usage reported token counts, or null
   * @param gateway what the gateway's headers say
   */
  public record Served(
      String model,
      @Nullable String serviceTier,
      @Nullable TokenUsage usage,
      GatewayDetails gateway) {

    private static final Set<String> CACHE_HITS = Set.of("HIT", "SEMANTIC HIT");

    /** Whether the gateway answered with an earlier call's answer, so that nothing was bought. */
    public boolean cacheHit() {
      String status = gateway.getCacheStatus();
      return status != null && CACHE_HITS.contains(status.strip().toUpperCase(Locale.ROOT));
    }
  }
}
