// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import io.completionworker.demo.endpoint.limit.ProviderLimits;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the endpoint behaves; handed over at its start or at any time later.
 *
 * @param script decides each reply in place of limits and error mix, on the event loop; null for
 *     none
 * @param answerTokens mean length of the answers in words, of which each is between half as long
 *     and half as long again, but for the same question always the same; 0 for a few sentences. A
 *     request that allows less gets less.
 * @param seed of everything random: the same calls in the same order get the same faults
 */
public record Behaviour(
    Latency latency,
    ErrorMix errors,
    ProviderLimits limits,
    @Nullable Function<RecordedCall, Reply> script,
    int answerTokens,
    Recording recording,
    long seed) {

  /** What is kept of each call, beside the counters. */
  public enum Recording {
    /** Nothing: for load. */
    NONE,
    /** How often each trace id was called. */
    TRACE_COUNTS,
    /** That, and every call with headers and body. */
    CALLS
  }

  /** Answers everything at once and records it. */
  public static Behaviour instant() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects a behaviour. */
  public static final class Builder {

    private Latency latency = Latency.none();
    private ErrorMix errors = ErrorMix.none();
    private ProviderLimits limits = ProviderLimits.none();
    private @Nullable Function<RecordedCall, Reply> script;
    private int answerTokens;
    private Recording recording = Recording.CALLS;
    private long seed = 1;

    private Builder() {}

    public Builder latency(Latency value) {
      latency = value;
      return this;
    }

    public Builder errors(ErrorMix value) {
      errors = value;
      return this;
    }

    /** Limits to {@code requests} per {@code window}. */
    public Builder rateLimit(int requests, Duration window) {
      return limits(ProviderLimits.requests(requests, window));
    }

    public Builder limits(ProviderLimits value) {
      limits = value;
      return this;
    }

    /** Answers with words, {@code mean} tokens of them on average. */
    public Builder answerTokens(int mean) {
      answerTokens = mean;
      return this;
    }

    /** Answers each call by {@code value}, which must not block. */
    public Builder respondWith(Function<RecordedCall, Reply> value) {
      script = value;
      return this;
    }

    public Builder recording(Recording value) {
      recording = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Behaviour build() {
      return new Behaviour(latency, errors, limits, script, answerTokens, recording, seed);
    }
  }
}
