package io.completionworker.async.dispatch;

import io.completionworker.completion.WaitingFor;
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
 */
public record Waiting(Map<WaitingFor, Integer> counts, long oldestMillis, int forRegistry) {

  /** Nothing waits. */
  public static final Waiting NONE = new Waiting(Map.of(), 0, 0);

  /** Copies the counts. */
  public Waiting {
    counts = Map.copyOf(counts);
  }

  /** How many wait for this. */
  public int count(WaitingFor reason) {
    return counts.getOrDefault(reason, 0);
  }

  static Waiting of(Flights flights, Attempts attempts, CodecStage codec, long nowMillis) {
    Counts counts = new Counts();
    long oldest = nowMillis;
    for (Flight flight : flights.all()) {
      oldest = Math.min(oldest, flight.source.acceptedAt());
      if (flight.state == Flight.State.BACKOFF || flight.state == Flight.State.ACCOUNTING) {
        counts.add(WaitingFor.BACKOFF);
      } else if (flight.waitsForTurn()) {
        counts.add(WaitingFor.ORDER);
      }
    }
    attempts.count(counts);
    return new Waiting(counts.counts, nowMillis - oldest, codec.forRegistry());
  }

  /** Adds up. */
  static final class Counts {

    private final Map<WaitingFor, Integer> counts = new EnumMap<>(WaitingFor.class);

    void add(WaitingFor reason) {
      counts.merge(reason, 1, Integer::sum);
    }

    /** All of these that still wait. */
    void add(WaitingFor reason, Iterable<Flight> flights) {
      for (Flight flight : flights) {
        if (flight.state == Flight.State.WAITING) {
          add(reason);
        }
      }
    }
  }
}
