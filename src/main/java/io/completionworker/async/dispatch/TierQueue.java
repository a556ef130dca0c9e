// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.ChosenTier.TierOrder;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.TierOutlook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

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
  private final TreeSet<TierPlace> timed = new TreeSet<>(TierPlace.BY_END);
  private final TreeSet<TierPlace> patient = new TreeSet<>(TierPlace.BY_END);

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

  void add(TierPlace place) {
    (place.timed ? timed : patient).add(place);
  }

  void remove(TierPlace place) {
    (place.timed ? timed : patient).remove(place);
  }

  /** Whether the tier of a flight does not serve the model. */
  boolean missing(TierPlace place) {
    return outlook.missing(examples.get(place.tier.index()));
  }

  /** Returns when a call has to start in its tier at the latest, if it has time for the others. */
  long startBy(TierPlace place) {
    return place.timed
        ? endBy(place, Long.MAX_VALUE) - outlook.nanos(examples.get(place.tier.index()))
        : place.endNanos;
  }

  /**
   * Returns when a call has to have ended.
   *
   * @param guess the most that a time counts which is not known
   */
  private long endBy(TierPlace place, long guess) {
    long later = MARGIN_NANOS;
    for (CompletionCall call : examples.subList(place.tier.index() + 1, examples.size())) {
      long takes = outlook.nanos(call);
      later += CAUTION * (outlook.known(call) ? takes : Math.min(takes, guess));
    }
    return place.endNanos - later;
  }

  /**
   * Adds the flights that have to leave their tiers now, the most urgent first.
   *
   * @return whether there are no flights any more
   */
  boolean due(long nowNanos, List<TierPlace> leaving) {
    List<TierPlace> urgent = new ArrayList<>();
    CompletionCall last = examples.get(examples.size() - 1);
    long each = (long) Math.min(1e15, 1e9 / Math.max(1e-6, outlook.perSecond(last)));
    boolean bounded = false;
    long next = 0;
    for (TierPlace place : timed.descendingSet()) {
      boolean open = place.flight.is(FlightState.RUNNING);
      long own = open ? endBy(place, GUESS_NANOS) : startBy(place);
      next = bounded && next - each - own < 0 ? next - each : own;
      bounded = true;
      if (nowNanos - next >= 0 || (!open && missing(place))) {
        urgent.add(place);
      }
    }
    for (int i = urgent.size() - 1; i >= 0; i--) {
      leaving.add(urgent.get(i));
    }
    for (TierPlace place : patient) {
      boolean over = nowNanos - place.endNanos >= 0;
      if (!place.flight.is(FlightState.RUNNING) && (over || missing(place))) {
        leaving.add(place);
      }
    }
    return timed.isEmpty() && patient.isEmpty();
  }
}
