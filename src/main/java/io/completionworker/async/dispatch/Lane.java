// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.WaitingFor;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue of requests that wait for the same thing, and when its first is asked about. Dispatcher's
 * loop only.
 */
final class Lane {

  /** The one that was served longest ago comes first. */
  static final Comparator<Lane> BY_TURN = Comparator.comparingLong(lane -> lane.turn);

  /** So many flights are kept without a look at them. */
  static final int FEW = 64;

  /** Where a lane is until it is asked. */
  enum Place {
    /** Asked in its turn. */
    READY,
    /** Asked when its time has come. */
    CLOSED,
    /** Asked after the head of its group. */
    BEHIND
  }

  final String name;
  final ArrayDeque<Flight> queue = new ArrayDeque<>();
  final LaneClock clock;
  long turn;
  Place place = Place.READY;

  /** What it waits for together with other lanes, if it does. */
  Lanes.@Nullable Group group;

  long closedUntilNanos;
  WaitingFor waitingFor = WaitingFor.PERMIT;
  private int lookAt = FEW;

  /** Goes on by the clock that the parked flights of the lane go by, if there is one. */
  Lane(String name, Flight first, long turn, long nowNanos) {
    ScopeQuota.Line line = first.line;
    this.name = name;
    this.turn = turn;
    this.clock = line == null ? new LaneClock(nowNanos) : line.clock();
  }

  /** The one that is asked again first comes first. */
  static int byTime(Lane lane, Lane other) {
    int byTime = Long.compare(lane.closedUntilNanos - other.closedUntilNanos, 0);
    return byTime != 0 ? byTime : BY_TURN.compare(lane, other);
  }

  /** Puts a flight at the end or in front; those that wait here no more go when it has doubled. */
  void add(Flight flight, boolean behind) {
    if (queue.size() >= lookAt) {
      queue.removeIf(waiting -> !waiting.is(FlightState.WAITING));
      lookAt = Math.max(FEW, 2 * queue.size());
    }
    if (behind) {
      queue.addLast(flight);
    } else {
      queue.addFirst(flight);
    }
  }

  /** The first that waits and may start; those before it are left out. */
  @Nullable Flight first(Predicate<Flight> startable) {
    Flight flight = queue.peekFirst();
    while (flight != null && (!flight.is(FlightState.WAITING) || !startable.test(flight))) {
      queue.removeFirst();
      flight = queue.peekFirst();
    }
    return flight;
  }
}
