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
 * The decoded answer of the endpoint. It has at least one choice.
 *
 * @param id the endpoint's id of the completion; empty if it sent none
 * @param created Unix time in seconds; 0 if the endpoint sent none
 * @param model the model that answered; empty if the endpoint sent none
 * @param choices the choices of the answer
 * @param systemFingerprint system fingerprint, or null
 * @param serviceTier the tier that served the call, or null
 * @param usage reported token counts, or null
 * @param gateway what the gateway's headers say
 * @param body the body as received
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

  /** Returns what the answer says about the work behind it. */
  public Served served() {
    return new Served(model, serviceTier, usage, gateway);
  }

  /**
   * What a response says about the work behind it, whether or not it holds an answer.
   *
   * @param model the model that did the work; empty if the response names none
   * @param serviceTier the tier that served the call, or null
   * @param usage reported token counts, or null
   * @param gateway what the gateway's headers say
   */
  public record Served(
      String model,
      @Nullable String serviceTier,
      @Nullable TokenUsage usage,
      GatewayDetails gateway) {

    /** The cache status of an answer that comes from the worker's own memory. */
    public static final String WORKER_HIT = "WORKER HIT";

    private static final Set<String> CACHE_HITS = Set.of("HIT", "SEMANTIC HIT", WORKER_HIT);

    /**
     * Whether the gateway or the worker returned the answer of an earlier call, so that nothing was
     * bought.
     */
    public boolean cacheHit() {
      String status = gateway.getCacheStatus();
      return status != null && CACHE_HITS.contains(status.strip().toUpperCase(Locale.ROOT));
    }
  }
}
