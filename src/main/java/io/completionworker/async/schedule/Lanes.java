// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.async.schedule.Lane.ClosedLanes;
import io.completionworker.async.schedule.Lane.LaneGroup;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits.Kind;
import io.completionworker.completion.port.Admission;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for admission, with one queue for each lane, so that a lane that must wait
 * delays no other lane. Dispatcher's loop only.
 *
 * <p>To check a lane is to ask admission for its first request. A lane is ready to be checked,
 * closed until a time, or behind another lane of its group. Ready lanes take turns, as {@link
 * ClassTurns} says. A closed lane is checked again when its time has come. When a call has ended, a
 * few closed lanes are checked before that, in turn. A group has at most one closed lane, its head.
 * The lanes behind the head are not checked before it, since they would have to wait for the same
 * thing. So a start looks at few lanes, however many wait.
 */
public final class Lanes<F extends Candidate> {

  /** Longest time between two checks of a closed lane: not all that it waits for is reported. */
  private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;

  private static final int REOPENED_AT_ONCE = 32;

  private final Admission admission;
  private final Classes classes;
  private final Map<String, Lane<F>> lanes = new HashMap<>();
  private final Map<String, LaneGroup<F>> groups = new HashMap<>();
  private final ClassTurns<F> ready;
  private final ClosedLanes<F> closed = new ClosedLanes<>();
  private long turns;

  /** There are no lanes yet. */
  public Lanes(Admission admission, Classes classes) {
    this.admission = admission;
    this.classes = classes;
    this.ready = new ClassTurns<>(classes);
  }

  /**
   * Adds a request to its lane, where its wait starts.
   *
   * @param behind whether the request goes to the end of the lane. Otherwise it goes to the front,
   *     because it was in the lane before the other requests.
   */
  public void add(F request, CompletionCall call, boolean behind, long nowNanos) {
    String name = name(request, call);
    Lane<F> lane = lanes.get(name);
    if (lane == null) {
      lane = new Lane<>(name, request, ++turns, nowNanos);
      classes.added(lane);
      lanes.put(name, lane);
      ready.add(lane);
    }
    if (request.isPaused()) {
      request.stay.at(Kind.PAUSE, nowNanos);
    } else {
      request.stay.in(lane.clock, nowNanos);
    }
    lane.add(request, behind);
  }

  /**
   * Takes the next request that may start now. Lanes take turns.
   *
   * @param startable tests the first request of a lane. A request that may not start is removed
   *     from the lane, because the test has dealt with it.
   * @return an admitted request, or null if every lane waits or is empty
   */
  public @Nullable F next(long nowNanos, Predicate<F> startable) {
    for (Lane<F> due = closed.due(nowNanos); due != null; due = closed.due(nowNanos)) {
      open(due, nowNanos);
    }
    for (Lane<F> lane = ready.pollFirst(); lane != null; lane = ready.pollFirst()) {
      F first = lane.first(startable);
      if (first == null) {
        remove(lane, nowNanos);
        leaveGroup(lane, nowNanos);
      } else if (admits(lane, first, nowNanos)) {
        lane.queue.removeFirst();
        classes.started(lane, first);
        lane.turn = ++turns; // behind the other lanes
        if (lane.ofClass.tenants().on() && lane.queue.first() == null) {
          remove(lane, nowNanos); // there may be very many tenants with one request
          leaveGroup(lane, nowNanos);
        } else {
          ready.add(lane);
          if (!leadsOn(lane)) {
            leaveGroup(lane, nowNanos);
          }
        }
        return first;
      }
    }
    return null;
  }

  /** Whether a lane that has just started a call is next again in its group. */
  private boolean leadsOn(Lane<F> lane) {
    LaneGroup<F> group = lane.group;
    return group != null && group.head == lane && group.behind.areBehind(lane);
  }

  private boolean admits(Lane<F> lane, F request, long nowNanos) {
    CompletionCall call = request.call();
    long wait = call == null ? 0 : admission.admit(call);
    if (call != null && wait > 0 && overtakes(lane, call, nowNanos)) {
      wait = admission.admit(call); // what it waited for may have been kept for the other lane
    }
    if (call == null || wait <= 0) {
      return true;
    }
    lane.waitingFor = admission.waitingFor();
    lane.closedUntilNanos = nowNanos + Math.min(wait, LONGEST_WAIT_NANOS);
    LaneGroup<F> group =
        admission.groupWaits()
            ? groups.computeIfAbsent(
                admission.group(call), name -> new LaneGroup<>(name, classes, nowNanos))
            : null;
    if (lane.group != group) {
      leaveGroup(lane, nowNanos);
      lane.group = group;
    }
    if (group != null && !group.leads(lane)) {
      group.add(lane, nowNanos, other -> isEmpty(other, nowNanos));
    } else {
      close(lane, nowNanos);
    }
    return false;
  }

  /**
   * Makes a lane that has to wait the head of its group, if its class is before that of the head.
   * The old head waits behind it.
   */
  private boolean overtakes(Lane<F> lane, CompletionCall call, long nowNanos) {
    boolean may = classes.several() && admission.groupWaits();
    LaneGroup<F> group = may ? groups.get(admission.group(call)) : null;
    Lane<F> head = group == null ? null : group.head;
    if (group == null || head == null || head == lane || !classes.isBefore(lane, head)) {
      return false;
    }
    if (lane.group != group) {
      leaveGroup(lane, nowNanos);
      lane.group = group;
    }
    if (head.place == Lane.Place.CLOSED) {
      closed.remove(head);
      classes.opened(head);
    } else {
      ready.remove(head);
    }
    F passed = head.queue.first();
    CompletionCall passedCall = passed == null ? null : passed.call();
    if (passedCall != null) {
      admission.passed(passedCall);
    }
    group.head = lane;
    group.add(head, nowNanos, other -> isEmpty(other, nowNanos));
    return true;
  }

  private void close(Lane<F> lane, long nowNanos) {
    lane.place = Lane.Place.CLOSED;
    classes.closed(lane);
    closed.add(lane);
    lane.clock.waits(lane.waitingFor, lane.closedUntilNanos, nowNanos);
    if (lane.group != null) {
      lane.group.clock.waits(lane.waitingFor, lane.closedUntilNanos, nowNanos);
    }
  }

  /** Makes a closed lane ready, so that it is checked in its turn. */
  private void open(Lane<F> lane, long nowNanos) {
    if (lane.place == Lane.Place.CLOSED) {
      closed.remove(lane);
      makeReady(lane, nowNanos);
    }
  }

  private void makeReady(Lane<F> lane, long nowNanos) {
    if (lane.place == Lane.Place.CLOSED) {
      classes.opened(lane);
    }
    lane.place = Lane.Place.READY;
    lane.clock.opens(nowNanos);
    if (lane.group != null) {
      lane.group.clock.opens(nowNanos);
    }
    ready.add(lane);
  }

  /**
   * Removes a lane from its group. If it was the head, the next lane of the group becomes the head
   * and is ready.
   */
  private void leaveGroup(Lane<F> lane, long nowNanos) {
    LaneGroup<F> group = lane.group;
    lane.group = null;
    if (group == null || group.head != lane) {
      return;
    }
    Lane<F> next = group.behind.pollFirst();
    group.head = next;
    if (next == null) {
      groups.remove(group.name);
    } else {
      makeReady(next, nowNanos);
    }
  }

  private boolean isEmpty(Lane<F> lane, long nowNanos) {
    boolean empty = lane.first(request -> true) == null;
    if (empty) {
      remove(lane, nowNanos);
    }
    return empty;
  }

  /** Removes a lane. Its clock goes on, since parked requests of the lane may use it. */
  private void remove(Lane<F> lane, long nowNanos) {
    lanes.remove(lane.name);
    classes.removed(lane);
    lane.clock.opens(nowNanos);
  }

  /**
   * Returns the nanoseconds until a closed lane may be checked again; {@link Long#MAX_VALUE} if no
   * lane is closed.
   */
  public long nextNanos(long nowNanos) {
    return closed.nextNanos(nowNanos);
  }

  /** Makes some closed lanes ready after a call has ended, since their wait may be over. */
  public void reopen(F ended, CompletionCall call, long nowNanos) {
    Lane<F> own = lanes.get(name(ended, call));
    if (own != null) {
      open(own, nowNanos);
    }
    LaneGroup<F> group = groups.isEmpty() ? null : groups.get(admission.group(call));
    if (group != null && group.head != null) {
      open(group.head, nowNanos);
    }
    for (int i = Math.min(REOPENED_AT_ONCE, closed.size()); i > 0; i--) {
      open(closed.longest(), nowNanos);
    }
  }

  /** Passes on all that wait in a lane, and what they wait for. */
  public void count(BiConsumer<WaitingFor, F> counts) {
    for (Lane<F> lane : lanes.values()) {
      LaneGroup<F> group = lane.group;
      Lane<F> asked = group == null || group.head == null ? lane : group.head;
      WaitingFor reason = asked.place == Lane.Place.CLOSED ? asked.waitingFor : WaitingFor.SLOT;
      lane.queue.forEach(request -> counts.accept(reason, request));
    }
  }

  /** Returns the number of lanes and requests in memory, those skipped later included. */
  public int kept() {
    return lanes.values().stream().mapToInt(lane -> 1 + lane.queue.size()).sum();
  }

  /**
   * Starts the wait of a request in its lane again, after a pause there. Returns false, and does
   * nothing, if the lane is gone.
   */
  public boolean resume(F request, long nowNanos) {
    Lane<F> lane = lanes.get(request.lane);
    if (lane != null) {
      request.stay.in(lane.clock, nowNanos);
    }
    return lane != null;
  }

  /** Returns the name of a request's lane. It is computed once, since every step asks for it. */
  public String name(F request, CompletionCall call) {
    ClassOfRequests ofClass = request.ofClass();
    Tenants.Tenant tenant = ofClass.tenants().of(request, call);
    String known = request.lane;
    if (known == null) {
      known = ofClass.lane(tenant, admission.lane(call));
      Lane<F> lane = lanes.get(known);
      known = lane == null ? known : lane.name; // one text for all that wait in it
      request.lane = known;
      request.scope = call.scope();
    }
    return known;
  }
}
