// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.dispatch.DispatcherParts.Stages;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.OpenAttempt;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.loop.WakeUp;
import io.completionworker.async.schedule.Lanes;
import io.completionworker.async.sharing.SetAside;
import io.completionworker.async.spending.BudgetHolds;
import io.completionworker.async.tier.Tiers;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.CompletionClient.OpenCall;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Starts the calls of flights: lanes, admission, leases, slots and backoff. A flight holds a slot
 * only while an attempt is open.
 *
 * <p>Dispatcher's loop only, except {@link #inFlight()} and {@link #idle()}.
 */
final class Attempts {

  private final Loop loop;
  private final Calls calls;
  private final Admission admission;
  private final ChunkStream.Chunks chunks;
  private final Meters meters;
  private final Lanes<Flight> lanes;
  private final BudgetHolds holds;
  private final Tiers tiers;
  private final SetAside aside;
  private final KeptAnswers answers;
  private final Deadlines deadlines;
  private final AttemptEnded ended;
  private volatile int inFlight;
  private volatile int ending;
  private final Consumer<Flight> stopped;
  private final BooleanSupplier mayStart;
  private final WakeUp wakeUp;
  private boolean draining;

  /**
   * @param ended receives each attempt that has ended
   * @param expired receives each flight whose deadline has passed
   * @param stopped receives each flight that could be called and is paused, or has its outcome
   * @param given receives each flight that gets the answer of another call
   * @param mayStart whether any call may start
   */
  Attempts(
      Stages stages,
      AttemptEnded ended,
      Deadlines.Expired expired,
      Consumer<Flight> stopped,
      SetAside.Given given,
      BooleanSupplier mayStart) {
    this.loop = stages.modules().loop();
    this.meters = stages.modules().meters();
    this.calls = stages.ports().calls();
    this.admission = stages.ports().admission();
    this.lanes = stages.lanes();
    this.chunks = stages.chunks();
    this.holds = stages.holds();
    this.tiers = stages.tiers();
    this.ended = ended;
    this.stopped = stopped;
    this.mayStart = mayStart;
    this.wakeUp = new WakeUp(loop, this::startWhatMay);
    this.answers = new KeptAnswers(calls.room(), chunks.codec());
    this.aside =
        new SetAside(
            stages.parts().rules().cache(),
            stages.parts().rules().prompts(),
            chunks,
            (flight, answer) -> answers.reserve(flight, answer, inFlight),
            given,
            (flight, call) -> toLane(flight, call, false),
            this::startWhatMay);
    this.deadlines = new Deadlines(loop, admission, expired);
  }

  /** Receives an attempt that has ended, after it was counted. */
  interface AttemptEnded {
    void ended(
        Flight flight, CompletionCall call, AttemptResult result, Admission.AttemptCost cost);
  }

  int inFlight() {
    return inFlight;
  }

  /** Whether no attempt is open, and all ended ones were passed to {@link AttemptEnded}. */
  boolean idle() {
    return inFlight == 0 && ending == 0;
  }

  void stop() {
    draining = true;
  }

  void enqueue(Flight flight, CompletionCall ended, boolean behind) {
    CompletionCall now = flight.call(); // its tier may be another one
    toLane(flight, now == null ? ended : now, behind);
    startWhatMay();
  }

  /** Puts a flight that waits into the lane of its call, which is one of another tier. */
  void moved(Flight flight, CompletionCall call) {
    aside.stopsWaiting(flight); // for a call in the tier that it leaves
    enqueue(flight, call, true);
  }

  private void toLane(Flight flight, CompletionCall call, boolean behind) {
    long now = loop.nanos();
    flight.waitInLane(now);
    lanes.add(flight, call, behind, now);
  }

  /** Tries a flight again after a wait, at the end of its lane if {@code behind}, or in front. */
  void backOff(Flight flight, CompletionCall call, Duration least, boolean behind) {
    Duration delay = tiers.backoff(flight, least);
    flight.stay.backOff(delay.toMillis());
    if (flight.late(loop.nanos() + delay.toNanos())) {
      deadlines.end(flight, call);
      return;
    }
    flight.become(FlightState.BACKOFF);
    loop.schedule(
        delay.toNanos(),
        () -> {
          if (flight.is(FlightState.BACKOFF)) {
            enqueue(flight, call, behind);
          }
        });
  }

  Deadlines deadlines() {
    return deadlines;
  }

  SetAside aside() {
    return aside;
  }

  void count(Waiting.Counts counts) {
    lanes.count(counts::add);
    aside.count(counts::add);
    if (answers.crowded()) {
      counts.move(WaitingFor.SLOT, WaitingFor.ROOM);
    }
  }

  /** Sets how many bytes of a flight's outcome are in memory. */
  void keep(Flight flight, long bytes) {
    if (answers.keep(flight, bytes)) {
      startWhatMay();
    }
  }

  /** Continues with a flight in its lane whose pause has ended. */
  void resumed(Flight flight) {
    long now = loop.nanos();
    if (!lanes.resume(flight, now)) {
      flight.stay.at(aside.waitsFor(flight), now);
    }
  }

  /** Starts the calls that may start now. */
  void startWhatMay() {
    long now = loop.nanos();
    while (!draining
        && mayStart.getAsBoolean()
        && inFlight < calls.maxInFlight()
        && answers.mayStart(inFlight)) {
      Flight flight = lanes.next(now, candidate -> startable(candidate, now));
      CompletionCall call = flight == null ? null : flight.call();
      if (flight == null || call == null) {
        wakeUp.in(lanes.nextNanos(now));
        break;
      }
      start(flight, call);
    }
    if (aside.putBackWithoutRoom() || answers.crowded()) {
      wakeUp.in(KeptAnswers.CHECK_NANOS);
    }
  }

  private boolean startable(Flight flight, long now) {
    if (flight.orphan()) {
      return false; // its task is being closed
    }
    CompletionCall call = flight.call();
    if (call != null && flight.late(now)) {
      deadlines.end(flight, call);
      return false;
    }
    if (!flight.isPaused() && (tiers.leaves(flight, now) || aside.takes(flight, now))) {
      return false;
    }
    if (flight.isPaused() || (call != null && holds.stops(flight, call))) {
      stopped.accept(flight);
      return false;
    }
    return true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written on the loop only, read by gauges
  private void start(Flight flight, CompletionCall call) {
    inFlight++;
    int before = flight.called();
    long now = loop.nanos();
    String callId = OpenAttempt.newId();
    Waits waits = flight.stay.called(now);
    CallTracer.AttemptSpan span = calls.tracer().attempt(call, callId, before, waits);
    aside.started(flight, call);
    OpenAttempt start =
        new OpenAttempt(callId, loop.millis(), now, span, flight.stay.unaccounted());
    meters.started(flight.ofClass().name(), flight.waited(now));
    var sink = start.deltas(flight, call, chunks);
    OpenCall open = calls.open(span.call(), aside.noticing(flight, call, sink));
    flight.open(open);
    open.result().thenAccept(result -> loop.execute(() -> end(flight, call, start, result)));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written on the loop only, read by gauges
  private void end(Flight flight, CompletionCall call, OpenAttempt start, AttemptResult result) {
    long now = loop.nanos();
    flight.open(null);
    start.span().end(result);
    if (result instanceof AttemptResult.Answered answered) {
      answers.came(flight, answered.answer());
    }
    flight.stay.again(result.maybeBilled(), now);
    Admission.AttemptCost took = admission.ended(call, result);
    lanes.reopen(flight, call, now);
    Admission.AttemptCost cost = tiers.ended(flight, call, result, took);
    start.meter(meters, call, result, now);
    ChunkStream stream = flight.stream();
    if (OpenAttempt.counts(result, cost)) {
      start.ended(flight, true, now, stream, result);
    }
    flight.recordEnd(result.maybeBilled());
    ending++;
    inFlight--;
    aside.ended(flight, result);
    if (stream == null) {
      settle(flight, call, result, cost);
    } else {
      stream.end(() -> settle(flight, call, result, cost));
    }
    startWhatMay();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written on the loop only
  private void settle(
      Flight flight, CompletionCall call, AttemptResult result, Admission.AttemptCost cost) {
    try {
      ended.ended(flight, call, result, cost);
    } finally {
      ending--; // last: otherwise drained() could be true too early
    }
  }
}
