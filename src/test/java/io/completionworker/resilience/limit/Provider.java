// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.AttemptResult.RateSignals;
import java.time.Duration;

/**
 * An account's limits at an endpoint, in simulated time. What is refused is not charged.
 *
 * <p>Time is nanoseconds since the start.
 */
abstract class Provider {

  static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** Whether a call that arrives now is served; if so, it is charged. */
  abstract boolean serve(long tokens, long now);

  /** A call that was served has used less than it was charged. */
  void giveBack(long tokens, long servedAt, long now) {}

  /** What its headers say now. */
  abstract RateSignals signals(long now);

  /** Fixed windows, as long as given; 0 tokens is no limit of tokens. */
  static Provider windows(long requests, long tokens, Duration length) {
    return new Provider() {
      private long window = -1;
      private long calls;
      private long used;

      @Override
      boolean serve(long cost, long now) {
        turn(now);
        boolean fits = calls < requests && (tokens == 0 || used + cost <= tokens);
        calls += fits ? 1 : 0;
        used += fits ? cost : 0;
        return fits;
      }

      @Override
      void giveBack(long tokens, long servedAt, long now) {
        turn(now);
        if (servedAt / length.toNanos() == window) {
          used -= tokens;
        }
      }

      @Override
      RateSignals signals(long now) {
        turn(now);
        Duration reset = Duration.ofNanos((window + 1) * length.toNanos() - now);
        return new RateSignals(
            new RateSignals.Window(requests, requests - calls, reset),
            tokens == 0 ? null : new RateSignals.Window(tokens, tokens - used, reset));
      }

      private void turn(long now) {
        if (now / length.toNanos() != window) {
          window = now / length.toNanos();
          calls = 0;
          used = 0;
        }
      }
    };
  }

  /** A bucket that fills evenly; its reset is the time until it is full. */
  static Provider bucket(long requestsPerMinute) {
    return new Provider() {
      private double level = requestsPerMinute;
      private long at;

      @Override
      boolean serve(long cost, long now) {
        fill(now);
        boolean fits = level >= 1;
        level -= fits ? 1 : 0;
        return fits;
      }

      @Override
      RateSignals signals(long now) {
        fill(now);
        double missing = (requestsPerMinute - level) / requestsPerMinute;
        return new RateSignals(
            new RateSignals.Window(
                requestsPerMinute, (long) level, Duration.ofNanos((long) (missing * MINUTE))),
            null);
      }

      private void fill(long now) {
        level =
            Math.min(
                (double) requestsPerMinute,
                level + (now - at) * (double) requestsPerMinute / MINUTE);
        at = now;
      }
    };
  }

  /** The same without a word about its limits. */
  static Provider silent(Provider provider) {
    return new Provider() {
      @Override
      boolean serve(long tokens, long now) {
        return provider.serve(tokens, now);
      }

      @Override
      RateSignals signals(long now) {
        return RateSignals.NONE;
      }
    };
  }
}
