package io.completionworker.demo.endpoint;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the endpoint behaves; handed over at its start or at any time later.
 *
 * @param rateLimit null for none
 * @param script decides each reply in place of limit and error mix, on the event loop; null for
 *     none
 * @param seed of everything random: the same calls in the same order get the same faults
 */
public record Behaviour(
    Latency latency,
    ErrorMix errors,
    @Nullable RateLimit rateLimit,
    @Nullable Function<RecordedCall, Reply> script,
    Recording recording,
    long seed) {

  /** Requests per fixed window, windows aligned to the clock; what is refused counts too. */
  public record RateLimit(int requests, Duration window) {}

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
    private @Nullable RateLimit rateLimit;
    private @Nullable Function<RecordedCall, Reply> script;
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
      rateLimit = new RateLimit(requests, window);
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
      return new Behaviour(latency, errors, rateLimit, script, recording, seed);
    }
  }
}
