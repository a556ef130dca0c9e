package io.completionworker.async.dispatch;

import io.completionworker.completion.CompletionCall;
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
 */
final class Lanes {

  private final Admission admission;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();

  Lanes(Admission admission) {
    this.admission = admission;
  }

  /** At the end of its lane: it has just been read. */
  void addLast(Flight flight, CompletionCall call) {
    lane(call).queue.addLast(flight);
  }

  /** At the front: it has had an attempt, and those behind it came later. */
  void addFirst(Flight flight, CompletionCall call) {
    lane(call).queue.addFirst(flight);
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
   * Nanoseconds until a lane that waits may be asked again; {@link Long#MAX_VALUE} when none waits,
   * or only for the end of a call.
   */
  long nextNanos(long nowNanos) {
    long next = Long.MAX_VALUE;
    for (Lane lane : lanes.values()) {
      if (lane.closed && !lane.untilACallEnds) {
        next = Math.min(next, Math.max(0, lane.closedUntilNanos - nowNanos));
      }
    }
    return next;
  }

  /** Asks every lane again at once, since something has changed. */
  void reopen() {
    for (Lane lane : lanes.values()) {
      lane.closed = false;
    }
  }

  private Lane lane(CompletionCall call) {
    return lanes.computeIfAbsent(admission.lane(call), name -> new Lane());
  }

  private final class Lane {
    final ArrayDeque<Flight> queue = new ArrayDeque<>();
    boolean closed;
    boolean untilACallEnds;
    long closedUntilNanos;

    @Nullable Flight first(Predicate<Flight> startable) {
      Flight flight = queue.peekFirst();
      while (flight != null && (flight.state != Flight.State.WAITING || !startable.test(flight))) {
        queue.removeFirst();
        flight = queue.peekFirst();
      }
      return flight;
    }

    boolean admits(Flight flight, long nowNanos) {
      if (closed && (untilACallEnds || closedUntilNanos - nowNanos > 0)) {
        return false;
      }
      CompletionCall call = flight.call;
      long wait = call == null ? 0 : admission.admit(call);
      closed = wait > 0;
      untilACallEnds = wait == Admission.UNTIL_A_CALL_ENDS;
      closedUntilNanos = nowNanos + wait;
      return !closed;
    }
  }
}
