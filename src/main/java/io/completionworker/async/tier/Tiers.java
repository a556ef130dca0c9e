// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.tier;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.FlightState;
import io.completionworker.async.flight.OpenAttempt;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.schedule.Lanes;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.completion.port.TierOutlook;
import io.completionworker.completion.port.TierOutlook.Ending;
import io.completionworker.config.TierConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.TierMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps flights in the cheapest service tier that is in time, and moves them to the next one when
 * it is not: because their deadline comes near, because they have waited long enough, or because
 * the tier does not serve them. A flight starts in the first tier and never goes back.
 *
 * <p>Dispatcher's loop only.
 */
public final class Tiers {

  private static final long CHECK_NANOS = Duration.ofMillis(250).toNanos();

  private final Loop loop;
  private final TierOutlook outlook;
  private final Meters meters;
  private final TierConfig config;
  private final Map<Flight, TierQueue.Place> places = new HashMap<>();
  private final Map<TierQueue.Key, TierQueue> queues = new HashMap<>();
  private final RetryPolicy retries;
  private final Lanes<Flight> lanes;
  private final Consumer<Flight> moved;
  private boolean checking;
  private long sequence;

  /**
   * Creates the rule. No flight is in a tier yet.
   *
   * @param moved receives a flight that waits for a call and has another one by now: a parked one
   *     has to be read again, any other goes to its new lane
   */
  public Tiers(
      TierConfig config,
      TierOutlook outlook,
      RetryPolicy retries,
      Lanes<Flight> lanes,
      Loop loop,
      Meters meters,
      Consumer<Flight> moved) {
    this.loop = loop;
    this.outlook = outlook;
    this.retries = retries;
    this.lanes = lanes;
    this.moved = moved;
    this.meters = meters;
    this.config = config;
  }

  /** Returns the call of a flight that was read, in the tier that the flight is in now. */
  public CompletionCall of(Flight flight, CompletionCall read) {
    if (read.tier() == null) {
      return read;
    }
    TierQueue.Place place = places.get(flight);
    if (place == null) {
      place = enter(flight, read, read.tier());
    }
    return place.tier.equals(read.tier()) ? read : read.onTier(place.tier);
  }

  private TierQueue.Place enter(Flight flight, CompletionCall call, ChosenTier first) {
    flight.endBy(call.deadlineAt());
    long now = loop.nanos();
    boolean timed = flight.hasDeadline();
    long patience = config.patience().toNanos();
    long end = timed ? flight.deadlineNanos() : now + patience - flight.age(now).toNanos();
    TierQueue.Place place =
        new TierQueue.Place(
            flight, mayTry(flight) ? first : first.order().last(), timed, end, ++sequence);
    places.put(flight, place);
    if (!place.tier.isLast()) {
      TierQueue queue =
          queues.computeIfAbsent(
              TierQueue.Key.of(call), key -> new TierQueue(call, first.order(), outlook));
      place.queue = queue;
      queue.add(place);
      for (String why = why(place, now); why != null; why = why(place, now)) {
        advance(place, why);
      }
    }
    if (timed && place.tier.isLast()) {
      flight.goesFirst(true);
    }
    if (!checking) {
      checking = true;
      loop.schedule(CHECK_NANOS, this::check);
    }
    return place;
  }

  /** Not a suspect, for which others wait, nor one that has used up all attempts but one. */
  private boolean mayTry(Flight flight) {
    int used = flight.calls.usedUp();
    return (config.classes().isEmpty() || config.classes().contains(flight.ofClass().name()))
        && !(config.keyless() && flight.hasKey())
        && !flight.suspect()
        && (used == 0 || !retries.exhausted(used + 1));
  }

  /** Returns why a flight that is not being called has to leave its tier; null if it may stay. */
  private @Nullable String why(TierQueue.Place place, long nowNanos) {
    TierQueue queue = place.queue;
    return queue == null ? null : queue.why(place, nowNanos);
  }

  /** Puts a place into the next tier. The flight and its call are left as they are. */
  private void advance(TierQueue.Place place, String why) {
    meters.tiers().moved(place.tier.name(), why);
    TierQueue queue = Objects.requireNonNull(place.queue);
    queue.remove(place);
    place.tier = place.tier.next();
    if (place.tier.isLast()) {
      place.queue = null;
      return;
    }
    if (!place.timed) {
      place.endNanos = loop.nanos() + config.patience().toNanos();
    }
    queue.add(place);
  }

  /**
   * Whether a flight whose turn has come must not be called in its tier any more. If so, it comes
   * back in the lane of the next one.
   */
  public boolean leaves(Flight flight, long nowNanos) {
    TierQueue.Place place = places.get(flight);
    String why = place == null ? null : why(place, nowNanos);
    if (place == null || why == null) {
      return false;
    }
    relocate(place, why);
    loop.execute( // not in the middle of a walk through the lanes
        () -> {
          if (flight.is(FlightState.WAITING)) {
            moved.accept(flight);
          }
        });
    return true;
  }

  /**
   * Gives a decoded flight the call of the next tier, and a place in the lane of that. If there is
   * none it goes there without one, since it must not wait any longer.
   */
  private void relocate(TierQueue.Place place, String why) {
    Flight flight = place.flight;
    move(place, why);
    leaveLane(flight);
    CompletionCall call = Objects.requireNonNull(flight.call());
    flight.ofClass().quota().place(flight, lanes.name(flight, call));
  }

  private static void leaveLane(Flight flight) {
    flight.ofClass().quota().leave(flight);
    flight.leavesLane();
  }

  /** Gives a flight the next tier, and its call if it is decoded. */
  private void move(TierQueue.Place place, String why) {
    Flight flight = place.flight;
    advance(place, why);
    flight.moveTo(place.tier);
    flight.goesFirst(place.timed); // before those that have time
  }

  /**
   * Takes the end of an attempt, and returns what it costs its request. A flight that is not to be
   * called in the same tier again is in the next one from now on.
   */
  public AttemptCost ended(
      Flight flight, CompletionCall call, AttemptResult result, AttemptCost cost) {
    TierQueue.Place place = places.get(flight);
    if (place == null
        || place.queue == null
        || !(result instanceof AttemptResult.Rejected rejected)) {
      return cost;
    }
    boolean cut =
        place.cut
            && flight.cancelledBy() == null
            && rejected.error().reason() == FailureReason.CANCELLED;
    place.cut = false;
    if (cut && !flight.orphan()) {
      place.hurries = true;
      relocate(place, TierMeters.CUT_OFF);
    }
    if (cut || flight.orphan()) {
      return cut ? AttemptCost.AGAIN : cost; // the next owner calls it again
    }
    Ending ending = outlook.ending(call, result);
    if (ending == Ending.TOO_LARGE || ending == Ending.MISSING) {
      relocate(place, TierMeters.MISSING);
    } else if (ending == Ending.ITS_OWN
        && OpenAttempt.counts(result, cost)
        && retries.repeats(rejected.error())
        && isLastBut(1, flight)) {
      relocate(place, TierMeters.LAST_ATTEMPT);
    }
    return cost;
  }

  /** Whether only so many attempts are left after the one that has just ended. */
  private boolean isLastBut(int left, Flight flight) {
    int used = flight.calls.usedUp() + 1;
    return !retries.exhausted(used) && retries.exhausted(used + left);
  }

  /** Returns how long a flight waits before its next attempt, which may be one in the next tier. */
  public Duration backoff(Flight flight, Duration delay) {
    TierQueue.Place place = places.get(flight);
    if (place == null) {
      return delay;
    }
    String why = why(place, loop.nanos() + delay.toNanos());
    if (why != null && place.timed) {
      relocate(place, why);
      place.hurries = true;
    }
    boolean hurries = place.hurries;
    place.hurries = false;
    return hurries ? Duration.ZERO : delay;
  }

  private void check() {
    long now = loop.nanos();
    places.values().removeIf(TierQueue.Place::isOver);
    List<TierQueue.Place> leaving = new ArrayList<>();
    queues.values().removeIf(queue -> queue.due(now, leaving));
    leaving.forEach(place -> leave(place, now));
    checking = !places.isEmpty();
    if (checking) {
      loop.schedule(CHECK_NANOS, this::check);
    }
  }

  private void leave(TierQueue.Place place, long nowNanos) {
    Flight flight = place.flight;
    TierQueue queue = place.queue;
    String why = queue != null && queue.missing(place) ? TierMeters.MISSING : place.whenLate();
    if (flight.is(FlightState.RUNNING)) {
      cutOff(place);
    } else if (flight.is(FlightState.PARKED)) {
      move(place, why);
      leaveLane(flight);
      moved.accept(flight);
    } else if (place.isInLane(nowNanos)) {
      relocate(place, why);
      moved.accept(flight);
    }
  }

  /** Gives up the open call of a flight for its deadline, if it has another attempt. */
  private void cutOff(TierQueue.Place place) {
    Flight flight = place.flight;
    boolean last = retries.exhausted(flight.calls.usedUp() + 1);
    boolean isCalledAgain = !last && flight.cancelledBy() == null && !flight.isPaused();
    if (!place.cut && isCalledAgain && !flight.orphan()) {
      place.cut = flight.cutOff();
    }
  }
}
