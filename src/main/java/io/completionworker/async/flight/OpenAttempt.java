// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.metrics.Meters;
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
public record OpenAttempt(
    String callId, long millis, long nanos, CallTracer.AttemptSpan span, Waits waits) {

  /**
   * Adds the attempt to those of its flight, after its end.
   *
   * @param usesUp whether it uses up one of those that the flight has
   * @param stream the chunks of a streamed attempt, otherwise null
   */
  public void ended(
      Flight flight,
      boolean usesUp,
      long nowNanos,
      @Nullable ChunkStream stream,
      AttemptResult result) {
    if (usesUp) {
      flight.calls.useUp();
    }
    long endedAt = millis + took(nowNanos).toMillis();
    Duration toFirst = stream == null ? null : stream.toFirstDelta();
    int number = flight.calls.attempts();
    flight.calls.add(new Attempt(callId, number, millis, endedAt, toFirst, waits, result, false));
  }

  /**
   * Returns the sink for the deltas of the attempt, which is {@link DeltaSink#NONE} if it is not
   * streamed. Attempts that cost nothing share a number, but their chunks must not.
   */
  public DeltaSink deltas(Flight flight, CompletionCall call, ChunkStream.Chunks chunks) {
    if (!call.streamed()) {
      return DeltaSink.NONE;
    }
    flight.streams = Math.max(flight.streams, flight.calls.attempts()) + 1;
    ChunkStream stream =
        new ChunkStream(flight, call, callId, nanos, flight.streams, flight.stream, chunks);
    flight.stream = stream;
    return stream;
  }

  /**
   * Whether an attempt uses up one of its request's. A fault of the account, an outage and a
   * cancellation do not, unless they may have been billed.
   */
  public static boolean counts(AttemptResult result, AttemptCost cost) {
    return result.maybeBilled()
        || (result instanceof AttemptResult.Rejected rejected
            && rejected.error().disposition() != Disposition.HOLD
            && rejected.error().reason() != FailureReason.CANCELLED
            && cost == AttemptCost.ATTEMPT);
  }

  /** Counts the attempt after its end. */
  public void meter(Meters meters, CompletionCall call, AttemptResult result, long nowNanos) {
    String reason =
        result instanceof AttemptResult.Rejected rejected ? rejected.error().reason().name() : null;
    meters.attempt(result.provider(call), call.scope().model(), reason, took(nowNanos));
  }

  private Duration took(long nowNanos) {
    return Duration.ofNanos(nowNanos - nanos);
  }

  /** Returns a new id: 32 hex digits, also unique across restarts and instances. */
  public static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }
}
