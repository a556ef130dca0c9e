// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits.Kind;
import java.util.ArrayDeque;
import java.util.Arrays;
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

  /**
   * Adds up how long a lane has waited for what since it began, so that each of its flights finds
   * by one subtraction what it waited for there: no lane is walked through. Dispatcher's loop only.
   *
   * <p>A lane that may be asked again and is not waits for a slot: one that was free would have
   * asked it.
   */
  static final class LaneClock {

    private static final int FIRST = Kind.LIMIT.index();
    private static final int KINDS = Kind.BREAKER.index() - FIRST + 1;

    private final long[] nanos = new long[KINDS];
    private @Nullable LaneClock leader;
    private long[] leaderNanos = nanos;
    private Kind kind = Kind.SLOT;
    private long sinceNanos;
    private long untilNanos;

    LaneClock(long nowNanos) {
      sinceNanos = nowNanos;
      untilNanos = nowNanos;
    }

    /** The lane waits for this from now on, and may be asked again then. */
    void waits(WaitingFor reason, long againAtNanos, long nowNanos) {
      advance(nowNanos);
      leader = null;
      kind = Kind.of(reason);
      untilNanos = againAtNanos;
    }

    /** The lane waits for whatever another one waits for, from now on. */
    void follows(LaneClock other, long nowNanos) {
      advance(nowNanos);
      other.advance(nowNanos);
      leader = other;
      leaderNanos = Arrays.copyOf(other.nanos, KINDS);
    }

    /** The lane may be asked. */
    void opens(long nowNanos) {
      advance(nowNanos);
      leader = null;
      kind = Kind.SLOT;
    }

    /** A flight comes: what was before it does not count for it. */
    void enter(long[] sums, long nowNanos) {
      advance(nowNanos);
      for (int i = 0; i < KINDS; i++) {
        sums[FIRST + i] -= nanos[i];
      }
    }

    /** A flight that had come goes: what is in the sums now is what it waited for. */
    void leave(long[] sums, long nowNanos) {
      advance(nowNanos);
      for (int i = 0; i < KINDS; i++) {
        sums[FIRST + i] += nanos[i];
      }
    }

    private void advance(long nowNanos) {
      LaneClock other = leader;
      if (other == null) {
        advanceAlone(nowNanos);
      } else {
        other.advance(nowNanos);
        for (int i = 0; i < KINDS; i++) {
          nanos[i] += other.nanos[i] - leaderNanos[i];
          leaderNanos[i] = other.nanos[i];
        }
      }
      sinceNanos = nowNanos;
    }

    private void advanceAlone(long nowNanos) {
      long closed = Math.max(0, Math.min(nowNanos - sinceNanos, untilNanos - sinceNanos));
      nanos[kind.index() - FIRST] += closed;
      nanos[Kind.SLOT.index() - FIRST] += nowNanos - sinceNanos - closed;
    }
  }
}
