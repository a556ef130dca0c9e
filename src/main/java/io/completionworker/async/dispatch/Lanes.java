// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.port.Admission;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for admission, a queue per lane, so that a lane that has to wait holds up
 * no other. Dispatcher's loop only.
 *
 * <p>A lane that waits is asked again when its time has come, and before that when something has
 * changed: but of very many lanes only some at each change, in turn, so that thousands of them do
 * not cost more than they bring.
 */
final class Lanes {

  /** Longest time between two questions: not all that a lane waits for is told here. */
  private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;

  private static final int REOPENED_AT_ONCE = 32;

  /** So many are kept without a look at them. */
  private static final int FEW = 64;

  private final Admission admission;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final ArrayDeque<Lane> closed = new ArrayDeque<>();

  Lanes(Admission admission) {
    this.admission = admission;
  }

  /**
   * Puts a flight into its lane, where it waits from now on.
   *
   * @param behind at its end; else at the front: it has had an attempt, and the others came later
   */
  void add(Flight flight, CompletionCall call, boolean behind, long nowNanos) {
    Lane lane = lanes.computeIfAbsent(name(flight, call), name -> new Lane(flight, nowNanos));
    flight.waitInLane(lane.clock, nowNanos);
    ArrayDeque<Flight> queue = lane.tidy();
    if (behind) {
      queue.addLast(flight);
    } else {
      queue.addFirst(flight);
    }
  }

  /**
   * Takes the next flight that may start now; lanes take turns.
   *
   * @param startable asked for the first of each lane; one that may not start is left out of its
   *     lane, since whoever says so has put it elsewhere
   * @return an admitted flight, or null when every lane waits or is empty
   */
  @Nullable Flight next(long nowNanos, Predicate<Flight> startable) {
    Iterator<Map.Entry<String, Lane>> entries = lanes.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Lane> entry = entries.next();
      Lane lane = entry.getValue();
      Flight first = lane.first(startable);
      if (first == null) {
        lane.open(nowNanos); // parked flights of it may go by its clock
        entries.remove();
      } else if (lane.admits(first, nowNanos)) {
        lane.queue.removeFirst();
        entries.remove();
        lanes.put(entry.getKey(), lane); // to the end: the others come first next time
        return first;
      }
    }
    return null;
  }

  /**
   * Nanoseconds until a lane that waits may be asked again; {@link Long#MAX_VALUE} when none waits.
   */
  long nextNanos(long nowNanos) {
    long next = Long.MAX_VALUE;
    for (Lane lane : lanes.values()) {
      if (lane.closed) {
        next = Math.min(next, Math.max(0, lane.closedUntilNanos - nowNanos));
      }
    }
    return next;
  }

  /** A call has ended: lanes may find that their wait is over. */
  void reopen(Flight ended, CompletionCall call, long nowNanos) {
    Lane own = lanes.get(name(ended, call));
    if (own != null) {
      own.open(nowNanos);
    }
    for (int i = Math.min(REOPENED_AT_ONCE, closed.size()); i > 0; i--) {
      Lane lane = closed.removeFirst();
      lane.listed = false;
      lane.open(nowNanos);
    }
  }

  /** Counts the flights that wait here, by what they wait for. */
  void count(Waiting.Counts counts) {
    for (Lane lane : lanes.values()) {
      counts.add(lane.closed ? lane.waitingFor : WaitingFor.SLOT, lane.queue);
    }
  }

  /** Flights and lanes that are kept, those included that are passed over later. */
  int kept() {
    return closed.size() + lanes.values().stream().mapToInt(lane -> lane.queue.size()).sum();
  }

  /** The lane of a flight, worked out once: it is asked for at every step on its way. */
  String name(Flight flight, CompletionCall call) {
    String known = flight.lane;
    if (known == null) {
      known = admission.lane(call);
      flight.lane = known;
      flight.scope = call.scope();
    }
    return known;
  }

  /** A lane that has become empty may be listed still, and another one have its name. */
  private void list(Lane lane) {
    if (closed.size() >= FEW + 2 * lanes.size()) {
      closed.removeIf(other -> other.queue.isEmpty());
    }
    closed.addLast(lane);
  }

  private final class Lane {
    final ArrayDeque<Flight> queue = new ArrayDeque<>();
    final LaneClock clock;
    boolean closed;
    boolean listed;
    long closedUntilNanos;
    WaitingFor waitingFor = WaitingFor.PERMIT;
    private int lookAt = FEW;

    /** Goes on by the clock that the parked flights of the lane go by, if there is one. */
    Lane(Flight first, long nowNanos) {
      ScopeQuota.Line line = first.line;
      clock = line == null ? new LaneClock(nowNanos) : line.clock();
    }

    void open(long nowNanos) {
      closed = false;
      clock.opens(nowNanos);
    }

    /** Its queue; whenever that has doubled, without those that wait here no more. */
    ArrayDeque<Flight> tidy() {
      if (queue.size() >= lookAt) {
        queue.removeIf(flight -> !flight.is(Flight.State.WAITING));
        lookAt = Math.max(FEW, 2 * queue.size());
      }
      return queue;
    }

    @Nullable Flight first(Predicate<Flight> startable) {
      Flight flight = queue.peekFirst();
      while (flight != null && (!flight.is(Flight.State.WAITING) || !startable.test(flight))) {
        queue.removeFirst();
        flight = queue.peekFirst();
      }
      return flight;
    }

    boolean admits(Flight flight, long nowNanos) {
      if (closed && closedUntilNanos - nowNanos > 0) {
        return false;
      }
      CompletionCall call = flight.call;
      long wait = call == null ? 0 : admission.admit(call);
      if (wait <= 0) {
        open(nowNanos);
      } else {
        closed = true;
        waitingFor = admission.waitingFor();
        closedUntilNanos = nowNanos + Math.min(wait, LONGEST_WAIT_NANOS);
        clock.waits(waitingFor, closedUntilNanos, nowNanos);
        if (!listed) {
          listed = true;
          list(this);
        }
      }
      return !closed;
    }
  }
}
