package io.completionworker.async.dispatch;

import io.completionworker.completion.CompletionCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at the flights that have a deadline from time to time, since one that waits may not be
 * looked at by anything else. Dispatcher's loop only.
 */
final class Deadlines {

  private static final long CHECK_NANOS = Duration.ofMillis(250).toNanos();

  private final Loop loop;
  private final Attempts.Expired expired;
  private final Set<Flight> watched = new LinkedHashSet<>();

  Deadlines(Loop loop, Attempts.Expired expired) {
    this.loop = loop;
    this.expired = expired;
  }

  void watch(Flight flight, CompletionCall call) {
    if (call.deadlineAt() == Long.MAX_VALUE) {
      return;
    }
    if (watched.isEmpty()) {
      loop.schedule(CHECK_NANOS, this::check);
    }
    flight.deadlineAt = call.deadlineAt();
    watched.add(flight);
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
