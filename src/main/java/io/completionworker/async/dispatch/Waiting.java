// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Wait.WaitingFor;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the requests of an instance wait for, at one moment. Counted on the dispatcher's loop by a
 * walk over all of them, when somebody asks: so it costs nothing while nobody does.
 *
 * @param counts requests by what they wait for
 * @param oldestMillis time since the oldest request without an outcome was accepted; 0 when there
 *     is none
 * @param forRegistry records that the codec could not decode or encode yet
 * @param byScope requests that wait for whatever it is, by {@link CallScope#credential()} and by
 *     {@link CallScope#throttled()}
 */
public record Waiting(
    Map<WaitingFor, Integer> counts,
    long oldestMillis,
    int forRegistry,
    Map<String, Integer> byScope) {

  /** Nothing waits. */
  public static final Waiting NONE = new Waiting(Map.of(), 0, 0, Map.of());

  /** Copies the counts. */
  public Waiting {
    counts = Map.copyOf(counts);
    byScope = Map.copyOf(byScope);
  }

  /** How many wait for this. */
  public int count(WaitingFor reason) {
    return counts.getOrDefault(reason, 0);
  }

  static Waiting of(Flights flights, Attempts attempts, CodecStage codec, long nowNanos) {
    Counts counts = new Counts();
    Duration oldest = Duration.ZERO;
    for (Flight flight : flights.all()) {
      Duration age = flight.age(nowNanos);
      oldest = age.compareTo(oldest) > 0 ? age : oldest;
      if (flight.is(FlightState.BACKOFF) || flight.is(FlightState.ACCOUNTING)) {
        counts.add(WaitingFor.BACKOFF);
      } else if (flight.waitsForTurn()) {
        counts.add(WaitingFor.ORDER);
      }
    }
    attempts.count(counts);
    return new Waiting(counts.counts, oldest.toMillis(), codec.waiting(), flights.waitingByScope());
  }

  /** Adds up. */
  static final class Counts {

    private final Map<WaitingFor, Integer> counts = new EnumMap<>(WaitingFor.class);

    void add(WaitingFor reason) {
      counts.merge(reason, 1, Integer::sum);
    }

    /** What was counted as waiting for one thing waits for another. */
    void move(WaitingFor from, WaitingFor to) {
      Integer moved = counts.remove(from);
      if (moved != null) {
        counts.merge(to, moved, Integer::sum);
      }
    }

    /** All of these that still wait. */
    void add(WaitingFor reason, Iterable<Flight> flights) {
      for (Flight flight : flights) {
        if (flight.is(FlightState.WAITING)) {
          add(reason);
        }
      }
    }
  }
}
