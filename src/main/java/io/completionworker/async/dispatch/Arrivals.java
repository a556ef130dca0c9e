// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.completion.port.RetryPolicy;
import java.util.function.BiConsumer;

/**
 * Takes a request from its bytes to its lane: has it decoded, and waits for its turn among the
 * requests of its key and for a place among those of its lane. Dispatcher's loop only.
 */
final class Arrivals {

  private final CodecStage codec;
  private final Attempts attempts;
  private final LaneQuota quota;
  private final RetryPolicy retryPolicy;
  private final BiConsumer<Flight, Outcome> finish;

  /**
   * @param finish ends a flight that is not called
   */
  Arrivals(
      CodecStage codec,
      Attempts attempts,
      LaneQuota quota,
      RetryPolicy retryPolicy,
      BiConsumer<Flight, Outcome> finish) {
    this.codec = codec;
    this.attempts = attempts;
    this.quota = quota;
    this.retryPolicy = retryPolicy;
    this.finish = finish;
  }

  void read(Flight flight) {
    codec.read(flight, () -> !flight.is(FlightState.GONE), reading -> read(flight, reading));
  }

  /** Continues with a flight that was read and has its turn. */
  void proceed(Flight flight) {
    if (!flight.turn || !flight.is(FlightState.READING)) {
      return;
    }
    Outcome outcome = flight.outcome;
    CompletionCall call = flight.call;
    if (outcome != null) {
      finish.accept(flight, outcome);
    } else if (call != null && retryPolicy.exhausted(flight.usedUp())) {
      finish.accept(flight, Outcomes.exhausted(flight, call));
    } else if (call != null) {
      enqueueOrPark(flight, call);
    }
  }

  private void read(Flight flight, Reading reading) {
    if (!flight.is(FlightState.READING)) {
      return; // its task was closed meanwhile
    }
    if (reading instanceof Reading.Ready ready) {
      ready(flight, ready.call());
    } else if (reading instanceof Reading.Ended ended && flight.outcome == null) {
      flight.outcome = ended.outcome();
    }
    proceed(flight);
  }

  private void ready(Flight flight, CompletionCall call) {
    flight.call = call;
    if (flight.laneState != null || !quota.isFull(attempts.lane(flight, call))) {
      flight.source = call.source();
      flight.whole = null;
    }
    if (!flight.read) {
      flight.read = true;
      attempts.deadlines().watch(flight, call);
      if (flight.outcome == null) { // otherwise it got the answer of an earlier flight
        attempts
            .refusal(call)
            .ifPresent(cause -> flight.outcome = Outcomes.refused(flight, call, cause));
      }
    }
    if (flight.outcome == null && attempts.late(flight)) {
      finish.accept(flight, attempts.deadlines().passed(flight, call)); // even without its turn
    }
  }

  /**
   * Decodes a flight whose deadline passed while it was parked without its decoded request, because
   * the failure is made of that.
   */
  void readLate(Flight flight) {
    flight.become(FlightState.READING);
    read(flight);
  }

  private void enqueueOrPark(Flight flight, CompletionCall call) {
    String lane = attempts.lane(flight, call);
    if (quota.place(flight, lane)) {
      attempts.enqueue(flight, call, true);
    } else if (quota.fails()) {
      finish.accept(flight, Outcomes.overflown(flight, call));
    } else {
      quota.park(flight, lane);
      flight.dropDecodedCall();
    }
  }

  /** Continues with a flight that was parked and now has a place in its lane. */
  void placed(Flight flight) {
    if (!flight.is(FlightState.PARKED)) {
      return; // its task was closed or its deadline passed meanwhile
    }
    flight.become(FlightState.READING);
    if (flight.call == null) {
      read(flight);
    } else {
      proceed(flight);
    }
  }
}
