// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.Outcomes;
import io.completionworker.async.loop.Loop;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Advice;
import io.completionworker.completion.Waits;
import io.completionworker.completion.Waits.Kind;
import io.completionworker.completion.port.Admission;
import io.completionworker.control.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends waiting flights at their deadline. Checks the flights that have a deadline at intervals,
 * because nothing else may check one that waits. Also explains what an expired flight waited for.
 *
 * <p>A deadline is in the encoded request, so it is not known before the request is decoded. A
 * request whose deadline has passed by then ends as soon as it is decoded. Dispatcher's loop only.
 */
final class Deadlines {

  private static final long CHECK_NANOS = Duration.ofMillis(250).toNanos();

  private final Loop loop;
  private final Admission admission;
  private final Expired expired;
  private final Set<Flight> watched = new LinkedHashSet<>();

  Deadlines(Loop loop, Admission admission, Expired expired) {
    this.loop = loop;
    this.admission = admission;
    this.expired = expired;
  }

  /**
   * Receives a flight whose deadline passed before another attempt could start. The call is null if
   * the flight was parked without its decoded request.
   */
  @FunctionalInterface
  interface Expired {
    void expired(Flight flight, @Nullable CompletionCall call);
  }

  /** Starts to watch a flight that was decoded, if it has a deadline. */
  void watch(Flight flight, CompletionCall call) {
    flight.stay.at(Kind.ORDER, loop.nanos());
    flight.endBy(call.deadlineAt());
    if (!flight.hasDeadline()) {
      return;
    }
    if (watched.isEmpty()) {
      loop.schedule(CHECK_NANOS, this::check);
    }
    watched.add(flight);
  }

  /** Returns the failure of a flight whose next attempt could only start after its deadline. */
  Outcome passed(Flight flight, CompletionCall call) {
    boolean passed = flight.late(loop.nanos());
    Long given = call.request().getDeadlineMs();
    String deadline = "The deadline" + (given == null ? "" : " of " + seconds(given));
    int made = flight.calls.attempts();
    String attempts = " after " + made + (made == 1 ? " attempt" : " attempts");
    String message =
        passed
            ? deadline + " passed" + attempts + "; no more are made"
            : deadline + " comes before another attempt may start," + attempts;
    String why = passed ? waited(flight, call) : backoff(flight, call);
    return Outcomes.expired(flight, call, message + last(flight) + ". " + why + paused(flight));
  }

  /** Whether no attempt of a flight may start any more. */
  boolean late(Flight flight) {
    return flight.late(loop.nanos());
  }

  /** Ends a flight whose deadline has passed, or passes before it can be called. */
  void end(Flight flight, CompletionCall call) {
    expired.expired(flight, call);
  }

  /** Whether a flight waits for its turn to be called, not to end with a known outcome. */
  private static boolean isToBeCalled(Flight flight) {
    return flight.waitsForTurn() && flight.outcome() == null;
  }

  private static String paused(Flight flight) {
    Control.Pause pause = flight.pausedBy();
    if (pause != null && pause.budget() != null) {
      return " It had to wait: " + pause.origin().reason() + ".";
    }
    return pause == null ? "" : " It was paused " + pause.origin().text() + ".";
  }

  private static String last(Flight flight) {
    Attempt made = flight.calls.last();
    AttemptError error = made == null ? null : error(made);
    return error == null
        ? ""
        : "; the last one ended with "
            + error.reason()
            + (error.status() == null ? "" : ", status " + error.status());
  }

  private static @Nullable AttemptError error(Attempt attempt) {
    return attempt.result() instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
  }

  private String backoff(Flight flight, CompletionCall call) {
    String wait = "That would be " + seconds(flight.stay.backoffMillis()) + " after the last one";
    return admission
        .endpointWait(call)
        .map(told -> wait + ", for " + told.text() + ". " + Advice.of(told.cause().reason()))
        .orElse(wait + ".");
  }

  private String waited(Flight flight, CompletionCall call) {
    Waits waits = flight.stay.ended(loop.nanos());
    Kind longest = waits.longest();
    String time = "It waited " + seconds(waits.millis(longest));
    if (longest == Kind.IN_TOPIC) {
      return time + " in its topic until the worker took it.";
    }
    return told(longest, call)
        .map(wait -> time + " for " + wait.text() + ". " + Advice.of(wait.cause().reason()))
        .orElseGet(() -> time + " for " + what(longest, flight) + ".");
  }

  /**
   * Returns what the endpoint said, if it still holds and the request waited longest because of it.
   */
  private Optional<Wait> told(Kind longest, CompletionCall call) {
    return switch (longest) {
      case COOL_DOWN, HOLD, BREAKER, BACKOFF -> admission.endpointWait(call);
      case IN_TOPIC, RESTART, REGISTRY, ORDER, LIMIT, SLOT, PAUSE, ANSWER, PREFIX ->
          Optional.empty();
    };
  }

  private String what(Kind longest, Flight flight) {
    return switch (longest) {
      case IN_TOPIC -> "the worker to take it";
      case RESTART -> "the worker to take it over, after a restart or a rebalance";
      case REGISTRY -> "the worker to read it (the schema registry)";
      case ORDER -> "an earlier request of its key";
      case LIMIT -> "its rate limits (rate.limit.*), which had nothing left";
      case SLOT ->
          flight.owner().hasLease(loop.nanos())
              ? "a slot (async.max.in.flight): too many calls were open"
              : "its stream thread, which has not run or committed for async.lease.ms";
      case COOL_DOWN -> "a cool-down of its model";
      case HOLD -> "a hold of its credential";
      case BREAKER -> "the endpoint, which failed its credential";
      case BACKOFF -> "its next attempt";
      case PAUSE -> "the end of its pause";
      case ANSWER -> "the answer to the same request, for which a call was open (cache.ttl.ms)";
      case PREFIX -> "calls whose prompts begin alike (prompt.cache.order)";
    };
  }

  /** Formats a time in seconds for people. */
  private static String seconds(long millis) {
    return millis % 1_000 == 0 || millis >= 10_000
        ? millis / 1_000 + " s"
        : String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }

  private void check() {
    long now = loop.nanos();
    List<Flight> late = new ArrayList<>();
    Iterator<Flight> flights = watched.iterator();
    while (flights.hasNext()) {
      Flight flight = flights.next();
      if (flight.settled()) {
        flights.remove();
      } else if (flight.late(now) && (flight.idle() || isToBeCalled(flight))) {
        flights.remove();
        late.add(flight);
      }
    }
    if (!watched.isEmpty()) {
      loop.schedule(CHECK_NANOS, this::check);
    }
    late.forEach(flight -> expired.expired(flight, flight.call()));
  }
}
