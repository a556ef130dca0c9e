// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.CallTracer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that was started.
 *
 * @param millis when it started, by the wall clock, which may be changed meanwhile
 * @param nanos when it started, by the monotonic clock
 * @param span reports the attempt
 * @param waits see {@link Attempt#waits}
 */
record OpenAttempt(
    String callId, long millis, long nanos, CallTracer.AttemptSpan span, Waits waits) {

  /**
   * Returns the attempt after its end.
   *
   * @param stream the chunks of a streamed attempt, otherwise null
   */
  Attempt ended(int number, long nowNanos, @Nullable ChunkStream stream, AttemptResult result) {
    long endedAt = millis + took(nowNanos).toMillis();
    Duration toFirst = stream == null ? null : stream.toFirstDelta();
    return new Attempt(callId, number, millis, endedAt, toFirst, waits, result, false);
  }

  Duration took(long nowNanos) {
    return Duration.ofNanos(nowNanos - nanos);
  }

  /** Creates the ids of attempts: 32 hex digits, also unique across restarts and instances. */
  static final class CallIds {

    private CallIds() {}

    static String next() {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      HexFormat hex = HexFormat.of();
      return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
  }
}
