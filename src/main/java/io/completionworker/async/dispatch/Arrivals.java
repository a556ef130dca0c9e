// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.dispatch.DispatcherParts.Stages;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Outcomes;
import io.completionworker.async.schedule.LaneQuota;
import io.completionworker.async.schedule.Lanes;
import io.completionworker.async.spending.Spending;
import io.completionworker.async.tier.Tiers;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.control.Control;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request from its bytes to its lane: has it decoded, and waits for its turn among the
 * requests of its key and for a place among those of its lane. Dispatcher's loop only.
 */
final class Arrivals {

  private final CodecStage codec;
  private final Admission admission;
  private final Spending spending;
  private final Lanes<Flight> lanes;
  private final Tiers tiers;
  private final Attempts attempts;
  private final RetryPolicy retryPolicy;
  private final ReceivedControls controls;
  private final Delivery delivery;

  Arrivals(Stages stages, Attempts attempts, ReceivedControls controls, Delivery delivery) {
    this.codec = stages.modules().codec();
    this.retryPolicy = stages.ports().retries();
    this.admission = stages.ports().admission();
    this.spending = stages.spending();
    this.lanes = stages.lanes();
    this.tiers = stages.tiers();
    this.attempts = attempts;
    this.controls = controls;
    this.delivery = delivery;
  }

  void read(Flight flight) {
    codec.read(flight, () -> !flight.is(FlightState.GONE), reading -> read(flight, reading));
  }

  /** Continues with a flight that was read and has its turn. */
  void proceed(Flight flight) {
    if (!flight.hasTurn() || !flight.is(FlightState.READING)) {
      return;
    }
    Outcome outcome = flight.outcome();
    CompletionCall call = flight.call();
    if (outcome != null) {
      delivery.finish(flight, outcome);
    } else if (call != null && retryPolicy.exhausted(flight.calls.usedUp())) {
      delivery.finish(flight, Outcomes.exhausted(flight, call));
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
    } else if (reading instanceof Reading.Ended ended && flight.outcome() == null) {
      flight.outcome(ended.outcome());
    }
    proceed(flight);
  }

  private void ready(Flight flight, CompletionCall read) {
    if (flight.outcome() == null && delivery.endsRepeat(flight, read)) {
      return;
    }
    CompletionCall call = tiers.of(flight, read);
    Control.Cancel cancel = controls.cancelling(call);
    boolean first = flight.decoded(call);
    flight.pausedBy(pausing(flight, call));
    boolean stays = !flight.isPaused() && !quota(flight).isFull(lanes.name(flight, call));
    if (flight.hasPlace() || stays) {
      flight.keepWhole(call);
      if (!spending.on()) {
        flight.forgetStored(); // otherwise a budget may hold it when its turn comes
      }
    }
    if (first) {
      attempts.deadlines().watch(flight, call);
      if (controls.mayStart()) { // otherwise the budgets of controls are not known yet
        spending.interrupted(flight, call);
      }
      if (flight.outcome() == null) { // otherwise it got the answer of an earlier flight
        admission
            .refusal(call)
            .ifPresent(cause -> flight.outcome(Outcomes.refused(flight, call, cause)));
      }
    }
    if (flight.outcome() == null && cancel != null) {
      endEarly(flight, Outcomes.cancelled(flight, call, cancel));
    } else if (flight.outcome() == null && attempts.deadlines().late(flight)) {
      endEarly(flight, attempts.deadlines().passed(flight, call));
    }
  }

  /** Returns the pause of a flight. A late one keeps that of a budget, which it then ends with. */
  private Control.@Nullable Pause pausing(Flight flight, CompletionCall call) {
    Control.Pause before = flight.pausedBy();
    Control.Pause now = controls.pausing(call);
    boolean keeps = now == null && before != null && before.budget() != null;
    return keeps && attempts.deadlines().late(flight) ? before : now;
  }

  /**
   * Ends a flight that is not being called, even without its turn, unless the usage row of another
   * flight's call has to come first.
   */
  void endEarly(Flight flight, Outcome outcome) {
    if (flight.followsItsCall() && !flight.hasTurn()) {
      flight.outcome(outcome);
    } else {
      delivery.finish(flight, outcome);
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
    String lane = lanes.name(flight, call);
    LaneQuota quota = quota(flight);
    if (flight.isPaused()) {
      pause(flight);
    } else if (attempts.aside().ends(flight, call)) {
      return; // it needs no call, so no place either
    } else if (quota.place(flight, lane)) {
      attempts.enqueue(flight, call, true);
    } else if (quota.fails()) {
      delivery.finish(flight, Outcomes.overflown(flight, call));
    } else {
      park(flight, lane);
      flight.dropDecodedCall();
    }
  }

  private void park(Flight flight, String lane) {
    flight.become(FlightState.PARKED);
    quota(flight).park(flight, lane, () -> placed(flight));
  }

  /** Takes a flight out of its lane until its pause is over. */
  void pause(Flight flight) {
    quota(flight).pause(flight);
    flight.become(FlightState.PAUSED);
    flight.dropDecodedCall();
  }

  /**
   * Brings a flight back whose pause is over. It goes before those that were behind it: into its
   * lane, or to the parked ones if the lane has no place.
   */
  void resume(Flight flight) {
    String lane = flight.lane();
    LaneQuota quota = quota(flight);
    quota.leave(flight);
    flight.pausedBy(null);
    flight.goesFirst(true);
    if (lane == null || quota.place(flight, lane)) {
      placed(flight);
    } else {
      park(flight, lane);
    }
  }

  private static LaneQuota quota(Flight flight) {
    return flight.ofClass().quota();
  }

  /**
   * Continues with a flight that was parked or paused, and that has a place in its lane now or goes
   * to another one.
   */
  void placed(Flight flight) {
    if (!flight.is(FlightState.PARKED) && !flight.is(FlightState.PAUSED)) {
      return; // its task was closed, or it ended meanwhile
    }
    flight.become(FlightState.READING);
    if (flight.call() == null) {
      read(flight);
    } else {
      proceed(flight);
    }
  }
}
