package io.completionworker.async.dispatch;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import java.time.Duration;

/** When a call started: by the wall clock, which may be set meanwhile, and by one that is not. */
record AttemptStart(String callId, long millis, long nanos) {

  Attempt ended(int number, long nowNanos, AttemptResult result) {
    return new Attempt(callId, number, millis, millis + took(nowNanos).toMillis(), result);
  }

  Duration took(long nowNanos) {
    return Duration.ofNanos(nowNanos - nanos);
  }
}
