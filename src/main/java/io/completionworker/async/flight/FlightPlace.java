// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.loop.Loop;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.RequestPlace;
import io.completionworker.completion.RequestPlace.State;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.Waits;
import io.completionworker.control.Control;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds a request among the flights, and says where it is. Dispatcher's loop only. */
final class FlightPlace {

  private static final Pattern POSITION = Pattern.compile("(.+)-([0-9]{1,9})-([0-9]{1,18})");

  private FlightPlace() {}

  /**
   * Returns where a request is; empty if there is no flight of it.
   *
   * @param request its position, which is looked up, or its id, for which the decoded flights are
   *     searched
   */
  static Optional<RequestPlace> of(String request, Flights flights, Loop loop) {
    Flight flight = at(request, flights);
    return (flight == null ? withId(request, flights) : Optional.of(flight))
        .map(found -> place(found, loop));
  }

  private static Optional<Flight> withId(String request, Flights flights) {
    return flights.all().stream().filter(flight -> isOf(request, flight.call())).findFirst();
  }

  private static boolean isOf(String requestId, @Nullable CompletionCall call) {
    return call != null && call.requestId().equals(requestId);
  }

  private static @Nullable Flight at(String request, Flights flights) {
    Matcher position = POSITION.matcher(request);
    return position.matches()
        ? flights.at(
            new RecordPosition(
                position.group(1),
                Integer.parseInt(position.group(2)),
                Long.parseLong(position.group(3))))
        : null;
  }

  private static RequestPlace place(Flight flight, Loop loop) {
    State state = state(flight);
    long sinceMillis = TimeUnit.NANOSECONDS.toMillis(loop.nanos() - flight.stay.sinceNanos());
    Instant since = Instant.ofEpochMilli(loop.millis() - sinceMillis);
    CompletionCall call = flight.call();
    Control control = flight.cancelledBy() == null ? flight.pausedBy() : flight.cancelledBy();
    boolean waits = state == State.QUEUED || state == State.WAITING;
    Waits.Kind waitsFor = waits ? flight.stay.kind() : null;
    return new RequestPlace(
        flight.position(),
        call == null ? null : call.requestId(),
        state,
        waitsFor,
        since,
        flight.is(FlightState.BACKOFF) ? since.plusMillis(flight.stay.backoffMillis()) : null,
        flight.calls.usedUp(),
        control == null ? null : control.origin().id());
  }

  private static State state(Flight flight) {
    if (flight.is(FlightState.RUNNING)) {
      return State.OPEN;
    }
    if (flight.is(FlightState.ACCOUNTING) || flight.is(FlightState.BACKOFF)) {
      return State.BACKOFF;
    }
    if (flight.settled() || flight.outcome() != null) {
      return State.ENDING;
    }
    Control.Pause pause = flight.pausedBy();
    if (pause != null) {
      return pause.budget() == null ? State.PAUSED : State.OVER_BUDGET;
    }
    return flight.is(FlightState.PARKED) ? State.QUEUED : State.WAITING;
  }
}
