// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.resilience.AdmissionGate.Condition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A clock that is moved by hand, and calls of some credentials that are open. */
final class Scene {

  private static final TraceContext TRACE =
      new TraceContext("trace", "span", null, null, "traceparent", null, null);

  /** Monotonic time may be negative, and may overflow while the worker runs. */
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

  private final Deque<CompletionCall> open = new ArrayDeque<>();
  private long offset;

  LongSupplier nanos() {
    return time::get;
  }

  void advance(Duration duration) {
    time.addAndGet(duration.toNanos());
  }

  void advanceNanos(long nanos) {
    time.addAndGet(nanos);
  }

  /** A call of a credential, or of {@code credential/model} or {@code credential/model/tier}. */
  CompletionCall call(String who) {
    String[] parts = who.split("/", -1);
    CallScope scope =
        new CallScope(
            parts[0],
            null,
            parts.length > 1 ? parts[1] : "model",
            parts.length > 2 ? parts[2] : null);
    CompletionRequest request =
        CompletionRequest.newBuilder().setModel("model").setMessages(List.of()).build();
    return new CompletionCall(
        new SourceRecord(
            new RecordPosition("requests", 0, offset++), null, new byte[0], List.of(), 0, 0, 0),
        "request-" + offset,
        request,
        Map.of(),
        List.of(),
        TRACE,
        scope,
        TokenEstimate.NONE,
        Long.MAX_VALUE);
  }

  long wait(Condition condition, String credential) {
    return condition.wait(call(credential));
  }

  /** Starts a call if it may; null when it has to wait. */
  @Nullable CompletionCall tryStart(Condition condition, String credential) {
    CompletionCall call = call(credential);
    if (condition.wait(call) > 0) {
      return null;
    }
    condition.started(call);
    return call;
  }

  CompletionCall start(Condition condition, String credential) {
    CompletionCall call = tryStart(condition, credential);
    if (call == null) {
      throw new AssertionError("It has to wait " + wait(condition, credential) + " ns");
    }
    return call;
  }

  /** Starts as many as may start, up to a bound, and keeps them for {@link #endOldest}. */
  int startAll(Condition condition, String credential, int most) {
    int started = 0;
    while (started < most) {
      CompletionCall call = tryStart(condition, credential);
      if (call == null) {
        return started;
      }
      open.addLast(call);
      started++;
    }
    return started;
  }

  int open() {
    return open.size();
  }

  AttemptCost endOldest(Condition condition, AttemptResult result) {
    return condition.ended(open.removeFirst(), result);
  }

  /** A call that starts and ends at once. */
  AttemptCost round(Condition condition, String credential, AttemptResult result) {
    return condition.ended(start(condition, credential), result);
  }
}
