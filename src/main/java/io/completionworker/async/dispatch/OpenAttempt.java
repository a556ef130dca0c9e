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
 * @param millis when, by the wall clock, which may be set meanwhile
 * @param nanos when, by a clock that is not
 * @param span has it told
 * @param waits see {@link Attempt#waits}
 */
record OpenAttempt(
    String callId, long millis, long nanos, CallTracer.AttemptSpan span, Waits waits) {

  /**
   * The same, ended.
   *
   * @param stream what came of it in pieces, or null
   */
  Attempt ended(int number, long nowNanos, @Nullable ChunkStream stream, AttemptResult result) {
    long endedAt = millis + took(nowNanos).toMillis();
    Duration toFirst = stream == null ? null : stream.toFirstDelta();
    return new Attempt(callId, number, millis, endedAt, toFirst, waits, result, false);
  }

  Duration took(long nowNanos) {
    return Duration.ofNanos(nowNanos - nanos);
  }

  /** Makes the ids of attempts: 32 hex digits, unique also over restarts and instances. */
  static final class CallIds {

    private CallIds() {}

    static String next() {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      HexFormat hex = HexFormat.of();
      return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
  }
}
