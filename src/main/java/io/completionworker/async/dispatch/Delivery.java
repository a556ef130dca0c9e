// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.dispatch.DispatcherParts.Stages;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.spending.Spending;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.logging.LoggedTrace;
import io.completionworker.metrics.Meters;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a flight from its outcome to the outbox of its task, and out of the table when the outcome
 * is committed or no longer needed. Dispatcher's loop only, except {@link #idle()}.
 */
final class Delivery {

  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private final Loop loop;
  private final Flights flights;
  private final CodecStage codec;
  private final Attempts attempts;
  private final Meters meters;
  private final Spending spending;
  private final CallTracer tracer;
  private final Consumer<Flight> proceed;
  private final AtomicInteger unsettled = new AtomicInteger();

  /**
   * @param proceed receives a flight that got its turn
   */
  Delivery(Stages stages, Attempts attempts, Consumer<Flight> proceed) {
    this.loop = stages.modules().loop();
    this.flights = stages.modules().flights();
    this.codec = stages.modules().codec();
    this.meters = stages.modules().meters();
    this.spending = stages.spending();
    this.tracer = stages.ports().calls().tracer();
    this.attempts = attempts;
    this.proceed = proceed;
  }

  /** Whether every outcome is in its outbox. */
  boolean idle() {
    return unsettled.get() == 0;
  }

  /** Ends a flight with its outcome. */
  void finish(Flight flight, Outcome outcome) {
    finish(flight, outcome, Runnable::run);
  }

  /**
   * Ends a flight with its outcome.
   *
   * @param before runs what it gets as soon as the outcome may be encoded
   */
  void finish(Flight flight, Outcome outcome, Consumer<Runnable> before) {
    settle(flight, flight.call());
    flight.outcome(outcome);
    attempts.aside().left(flight);
    unsettled.incrementAndGet();
    before.accept(
        () -> codec.write(outcome, (written, encoded) -> written(flight, written, encoded)));
  }

  /**
   * Ends a flight without an outcome if its request repeats one with the same id. A task that gets
   * the request later reads it again, since the other one may have failed meanwhile.
   */
  boolean endsRepeat(Flight flight, CompletionCall call) {
    RecordPosition first = flights.repeated(flight, call);
    if (first == null) {
      return false;
    }
    LoggedTrace.run(
        call.trace().traceId(),
        call.trace().spanId(),
        () -> log.debug("{} repeats {} and has no outcome of its own", flight.position(), first));
    settle(flight, call);
    flight.endAsRepeat(Emission.empty(call.source(), loop.millis(), new Emission.Role.End()));
    deliver(flight);
    return true;
  }

  /**
   * Takes a flight from all that could still call it. What calls may have cost that another process
   * has not ended is taken from budgets first.
   */
  private void settle(Flight flight, @Nullable CompletionCall call) {
    if (call != null && spending.on()) {
      spending.interrupted(flight, call);
    }
    flight.settle();
    flight.ofClass().quota().leave(flight);
  }

  private void written(Flight flight, Outcome outcome, Emission encoded) {
    try {
      spending.released(flight);
      if (flight.is(FlightState.GONE)) {
        return; // nobody forwards the outcome, so it takes nothing
      }
      Emission emission = spending.charged(outcome, encoded);
      flights.encoded(flight, outcome, emission, tracer.outcome(outcome));
      attempts.keep(flight, flights.at(flight.position()) == flight ? emission.bytes() : 0);
      deliver(flight);
    } finally {
      unsettled.decrementAndGet(); // last: idle() needs the emission in its outbox
    }
  }

  private void deliver(Flight flight) {
    Emission emission = flight.emission();
    if (emission != null && !flight.orphan()) {
      flight.owner().offer(emission);
    } else if (flight.adoptable()) {
      flights.keepForAdoption(flight, this::leave);
    }
    nextInLine(flight);
  }

  /** Continues with the flights of a task that was closed. */
  void orphan(TaskOutbox task) {
    List<Flight> owned = flights.of(task);
    for (Flight flight : owned) {
      if (!flight.adoptable()) {
        flight.become(FlightState.GONE); // all of them, before any turn is passed on
      }
    }
    owned.forEach(this::orphan);
  }

  private void orphan(Flight flight) {
    ChunkStream stream = flight.stream();
    if (stream != null) {
      stream.orphaned();
    }
    if (!flight.adoptable()) {
      leave(flight);
    } else if (flight.is(FlightState.DONE)) {
      flights.keepForAdoption(flight, this::leave);
    }
  }

  /** Takes a flight out of the table, to which its request comes again. */
  void makeRoom(Flight existing) {
    if (existing.isBusy()) {
      flights.replace(existing);
    } else {
      leave(existing);
    }
  }

  /** Removes a flight whose outcome was committed, and reports the outcome. */
  void forget(Flight flight) {
    leave(flight);
    flight.reportCommitted(meters, loop.nanos());
  }

  /** Removes a flight whose result is no longer needed. */
  void leave(Flight flight) {
    flight.become(FlightState.GONE);
    flight.ofClass().quota().leave(flight);
    spending.gone(flight);
    flights.remove(flight);
    attempts.keep(flight, 0);
    attempts.aside().left(flight);
    nextInLine(flight);
  }

  private void nextInLine(Flight flight) {
    Flight next = flights.nextOfKey(flight);
    if (next != null) {
      proceed.accept(next);
    }
  }
}
