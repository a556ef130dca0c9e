// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.CompletionCall;
import io.completionworker.config.RateLimitConfig;
import java.time.Duration;

/** Limits for one instance alone, whose time a test moves. */
abstract class ManualLimits {

  final ManualTime time = new ManualTime();

  RateLimits limits(RateLimitConfig config) {
    return new RateLimits(config, Share.of(config, time), time);
  }

  /** Time until a call may start that asks again whenever it is told to. */
  Duration waited(RateLimits limits, CompletionCall call) {
    long start = time.getAsLong();
    for (long wait = limits.wait(call); wait > 0; wait = limits.wait(call)) {
      time.advance(wait);
    }
    return Duration.ofNanos(time.getAsLong() - start);
  }
}
