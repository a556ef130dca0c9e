package io.completionworker.async.dispatch;

import io.completionworker.completion.Advice;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait;
import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.port.Admission;
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
 * Looks at the flights that have a deadline from time to time, since one that waits may not be
 * looked at by anything else; and says what those waited for whose deadline has passed.
 * Dispatcher's loop only.
 */
final class Deadlines {

  private static final long CHECK_NANOS = Duration.ofMillis(250).toNanos();

  private final Loop loop;
  private final Admission admission;
  private final Lanes lanes;
  private final Lease lease;
  private final Attempts.Expired expired;
  private final Set<Flight> watched = new LinkedHashSet<>();

  Deadlines(Loop loop, Admission admission, Lanes lanes, Lease lease, Attempts.Expired expired) {
    this.loop = loop;
    this.admission = admission;
    this.lanes = lanes;
    this.lease = lease;
    this.expired = expired;
  }

  /** A flight has been read. */
  void watch(Flight flight, CompletionCall call) {
    flight.stay.at(Stay.Place.TURN, loop.millis());
    if (call.deadlineAt() == Long.MAX_VALUE) {
      return;
    }
    if (watched.isEmpty()) {
      loop.schedule(CHECK_NANOS, this::check);
    }
    flight.deadlineAt = call.deadlineAt();
    watched.add(flight);
  }

  /** The failure of a flight whose next attempt could only start after its deadline. */
  Outcome passed(Flight flight, CompletionCall call) {
    long now = loop.millis();
    Long given = call.request().getDeadlineMs();
    String deadline = "The deadline" + (given == null ? "" : " of " + seconds(given));
    String attempts =
        " after " + flight.attemptsMade + (flight.attemptsMade == 1 ? " attempt" : " attempts");
    String message =
        now >= call.deadlineAt()
            ? deadline + " passed" + attempts + "; no more are made"
            : deadline + " comes before another attempt may start," + attempts;
    String why = now >= call.deadlineAt() ? waited(flight, call, now) : backoff(flight, call);
    return Outcomes.expired(flight, call, message + last(flight) + ". " + why);
  }

  private static String last(Flight flight) {
    List<Attempt> made = flight.attempts;
    AttemptError error = made.isEmpty() ? null : error(made.get(made.size() - 1));
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
        .told(call)
        .map(told -> wait + ", for " + told.text() + ". " + Advice.of(told.cause().reason()))
        .orElse(wait + ".");
  }

  private String waited(Flight flight, CompletionCall call, long now) {
    Stay.Place place = flight.stay.longest(now);
    long inTopic = flight.source.acceptedAt() - flight.source.timestamp();
    if (flight.attemptsMade == 0
        && flight.source.timestamp() > 0
        && inTopic > flight.stay.longestMillis()) {
      return "It waited " + seconds(inTopic) + " in its topic until the worker took it.";
    }
    Optional<Wait> told =
        place == Stay.Place.UNREAD || place == Stay.Place.TURN
            ? Optional.empty()
            : admission.told(call);
    String what = told.map(Wait::text).orElseGet(() -> what(place, flight, call));
    String advice = told.map(wait -> " " + Advice.of(wait.cause().reason())).orElse("");
    return "It waited " + seconds(flight.stay.longestMillis()) + " for " + what + "." + advice;
  }

  private String what(Stay.Place place, Flight flight, CompletionCall call) {
    return switch (place) {
      case UNREAD -> "the worker to read it (a start, or the schema registry)";
      case TURN -> "an earlier request of its key";
      case BACKOFF -> "its next attempt";
      case PARKED, LANE ->
          lease.holds(flight.owner, loop.nanos())
              ? what(lanes.waitingFor(flight, call))
              : "its stream thread, which has not been seen for async.lease.ms";
    };
  }

  private static String what(WaitingFor reason) {
    return switch (reason) {
      case PERMIT -> "its rate limits (rate.limit.*), which had nothing left";
      case HOLD -> "a hold of its credential";
      case COOL_DOWN -> "a cool-down of its model";
      case BREAKER -> "the endpoint, which failed its credential";
      default -> "a slot (async.max.in.flight): too many calls were open";
    };
  }

  /** Seconds as people write them. */
  private static String seconds(long millis) {
    return millis % 1_000 == 0 || millis >= 10_000
        ? millis / 1_000 + " s"
        : String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }

  private void check() {
    long now = loop.millis();
    List<Flight> late = new ArrayList<>();
    Iterator<Flight> flights = watched.iterator();
    while (flights.hasNext()) {
      Flight flight = flights.next();
      if (flight.settled()) {
        flights.remove();
      } else if (flight.idle() && now >= flight.deadlineAt) {
        flights.remove();
        late.add(flight);
      }
    }
    if (!watched.isEmpty()) {
      loop.schedule(CHECK_NANOS, this::check);
    }
    late.forEach(flight -> expired.expired(flight, flight.call));
  }
}
