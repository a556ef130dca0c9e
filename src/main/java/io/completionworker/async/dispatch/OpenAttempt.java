package io.completionworker.async.dispatch;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.port.CallTracer;
import java.time.Duration;

/**
 * An attempt that was started.
 *
 * @param millis when, by the wall clock, which may be set meanwhile
 * @param nanos when, by a clock that is not
 * @param span has it told
 */
record OpenAttempt(String callId, long millis, long nanos, CallTracer.AttemptSpan span) {

  Attempt ended(int number, long nowNanos, AttemptResult result) {
    return new Attempt(callId, number, millis, millis + took(nowNanos).toMillis(), result);
  }

  Duration took(long nowNanos) {
    return Duration.ofNanos(nowNanos - nanos);
  }
}
