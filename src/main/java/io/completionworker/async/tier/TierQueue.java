// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.tier;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.ChosenTier.TierOrder;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.TierOutlook;
import io.completionworker.metrics.TierMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The flights of one model and credential that are in a service tier before the last, and when each
 * of them has to leave it. Dispatcher's loop only.
 *
 * <p>A flight with a deadline leaves so early that a call in each of the later tiers has time,
 * twice as long as nearly all of them take: the first attempt may fail. The later tiers serve only
 * so many calls in a second, so flights with deadlines close together leave one after the other,
 * each early enough for those behind it.
 */
final class TierQueue {

  /** Time for what lies between the calls of two tiers: checks, usage rows, timers. */
  private static final long MARGIN_NANOS = Duration.ofSeconds(1).toNanos();

  /** The most time that an open call is given up for in a later tier whose time is a guess. */
  private static final long GUESS_NANOS = Duration.ofSeconds(10).toNanos();

  /** What a call of a later tier gets, as a multiple of what nearly all of them take. */
  private static final long CAUTION = 2;

  private final TierOutlook outlook;
  private final List<CompletionCall> examples;
  private final TreeSet<Place> timed = new TreeSet<>(Place.BY_END);
  private final TreeSet<Place> patient = new TreeSet<>(Place.BY_END);

  /** Whose flights: providers serve tiers by model and credential. */
  record Key(String credential, String model) {

    static Key of(CompletionCall call) {
      return new Key(call.scope().credential(), call.scope().model());
    }
  }

  /**
   * @param example one of the calls; the others are alike in what the outlook goes by
   */
  TierQueue(CompletionCall example, TierOrder order, TierOutlook outlook) {
    this.outlook = outlook;
    this.examples =
        IntStream.range(0, order.names().size())
            .mapToObj(index -> example.onTier(new ChosenTier(order, index)))
            .toList();
  }

  void add(Place place) {
    (place.timed ? timed : patient).add(place);
  }

  void remove(Place place) {
    (place.timed ? timed : patient).remove(place);
  }

  /** Whether the tier of a flight does not serve the model. */
  boolean missing(Place place) {
    return outlook.missing(examples.get(place.tier.index()));
  }

  /** Returns why a flight that is not being called has to leave its tier; null if it may stay. */
  @Nullable String why(Place place, long nowNanos) {
    if (missing(place)) {
      return TierMeters.MISSING;
    }
    return nowNanos - startBy(place) < 0 ? null : place.whenLate();
  }

  /** Returns when a call has to start in its tier at the latest, if it has time for the others. */
  private long startBy(Place place) {
    return place.timed
        ? place.endNanos - Look.at(place.tier.index(), examples, outlook).startBefore()
        : place.endNanos;
  }

  /**
   * What is known of a tier now.
   *
   * @param missing whether it does not serve the model
   * @param startBefore how long before the deadline a call has to start
   * @param endBefore how long before it an open call has to end
   */
  private record Look(boolean missing, long startBefore, long endBefore) {

    static Look at(int tier, List<CompletionCall> examples, TierOutlook outlook) {
      long later = MARGIN_NANOS;
      long guessed = MARGIN_NANOS;
      for (CompletionCall call : examples.subList(tier + 1, examples.size())) {
        long takes = outlook.nanos(call);
        later += CAUTION * takes;
        guessed += CAUTION * (outlook.known(call) ? takes : Math.min(takes, GUESS_NANOS));
      }
      CompletionCall own = examples.get(tier);
      return new Look(outlook.missing(own), later + outlook.nanos(own), guessed);
    }
  }

  /**
   * Adds the flights that have to leave their tiers now, the most urgent first.
   *
   * @return whether there are no flights any more
   */
  boolean due(long nowNanos, List<Place> leaving) {
    List<Place> urgent = new ArrayList<>();
    List<Look> looks =
        IntStream.range(0, examples.size())
            .mapToObj(tier -> Look.at(tier, examples, outlook))
            .toList();
    CompletionCall last = examples.get(examples.size() - 1);
    long each = (long) Math.min(1e15, 1e9 / Math.max(1e-6, outlook.perSecond(last)));
    boolean bounded = false;
    long next = 0;
    for (Place place : timed.descendingSet()) {
      boolean open = place.flight.is(FlightState.RUNNING);
      Look look = looks.get(place.tier.index());
      long own = place.endNanos - (open ? look.endBefore() : look.startBefore());
      next = bounded && next - each - own < 0 ? next - each : own;
      bounded = true;
      if (nowNanos - next >= 0 || (!open && look.missing())) {
        urgent.add(place);
      }
    }
    for (int i = urgent.size() - 1; i >= 0; i--) {
      leaving.add(urgent.get(i));
    }
    for (Place place : patient) {
      boolean over = nowNanos - place.endNanos >= 0;
      boolean missing = looks.get(place.tier.index()).missing();
      if (!place.flight.is(FlightState.RUNNING) && (over || missing)) {
        leaving.add(place);
      }
    }
    return timed.isEmpty() && patient.isEmpty();
  }

  /** The service tier that a flight is in, and when it has to leave it. */
  static final class Place {

    /** The one that has to leave first comes first. */
    static final Comparator<Place> BY_END =
        (one, other) -> {
          int byEnd = Long.compare(one.endNanos - other.endNanos, 0);
          return byEnd != 0 ? byEnd : Long.compare(one.sequence, other.sequence);
        };

    final Flight flight;
    final boolean timed;
    private final long sequence;

    ChosenTier tier;

    /** The flights of the same model and credential; null in the last tier. */
    @Nullable TierQueue queue;

    /** The deadline, or the end of the patience. Changed only outside of a queue. */
    long endNanos;

    /** Whether the open call is being given up. */
    boolean cut;

    /** Whether the next attempt starts without a backoff. */
    boolean hurries;

    /**
     * @param timed whether the flight has a deadline
     * @param endNanos the deadline; without one, the end of the patience
     */
    Place(Flight flight, ChosenTier tier, boolean timed, long endNanos, long sequence) {
      this.flight = flight;
      this.tier = tier;
      this.timed = timed;
      this.endNanos = endNanos;
      this.sequence = sequence;
    }

    /** Returns why it leaves its tier when its time is over. */
    String whenLate() {
      return timed ? TierMeters.DEADLINE : TierMeters.PATIENCE;
    }

    /** Whether nothing but its lane keeps the flight. All others move when they come to it. */
    boolean isInLane(long nowNanos) {
      return flight.is(FlightState.WAITING)
          && !flight.isPaused()
          && !flight.suspect()
          && flight.owner().hasLease(nowNanos);
    }

    /** Whether the flight is not called any more. Leaves its queue then. */
    boolean isOver() {
      boolean over = flight.settled();
      if (over && queue != null) {
        queue.remove(this);
      }
      return over;
    }
  }
}
