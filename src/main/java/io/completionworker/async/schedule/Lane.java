// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.Waits.Kind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue of requests that wait for the same conditions, and the time of its next check.
 * Dispatcher's loop only.
 */
final class Lane<F extends Candidate> {

  /** Orders lanes by their last turn, the one longest ago first. */
  static final Comparator<Lane<?>> BY_TURN = Comparator.comparingLong(lane -> lane.turn);

  /** When a lane is checked again. */
  enum Place {
    /** In its turn. */
    READY,
    /** When its time has come. */
    CLOSED,
    /** After the head of its group. */
    BEHIND
  }

  final String name;
  final ClassOfRequests ofClass;
  final Tenants.Tenant tenant;

  /** Its requests. One that waits in another lane by now has left it. */
  final CandidateQueue<F> queue = new CandidateQueue<>(this::holds);

  final LaneClock clock;
  long turn;
  Place place = Place.READY;

  /** The group of lanes that wait for the same thing; null if the lane waits alone. */
  @Nullable LaneGroup<F> group;

  long closedUntilNanos;
  WaitingFor waitingFor = WaitingFor.PERMIT;

  /**
   * Creates a lane. It shares the clock of the lane's parked requests, if there is one.
   *
   * @param first its first request, whose tenant is known
   */
  Lane(String name, F first, long turn, long nowNanos) {
    LaneQuota.LaneState state = first.laneState;
    this.name = name;
    this.ofClass = first.ofClass();
    this.tenant = Objects.requireNonNull(first.tenant);
    this.turn = turn;
    this.clock = state == null ? new LaneClock(nowNanos) : state.clock;
  }

  /** Orders closed lanes by the time of their next check, the earliest first. */
  static int byTime(Lane<?> lane, Lane<?> other) {
    int byTime = Long.compare(lane.closedUntilNanos - other.closedUntilNanos, 0);
    return byTime != 0 ? byTime : BY_TURN.compare(lane, other);
  }

  /**
   * Adds a request at the end or in front. One whose pause has ended goes to where it was before.
   */
  void add(F request, boolean behind) {
    if (behind || request.early) {
      queue.addLast(request);
    } else {
      queue.addFirst(request);
    }
    request.early = false;
  }

  private boolean holds(F request) {
    return request.waitsInLane() && name.equals(request.lane);
  }

  /** Returns the first request that waits and may start. Removes the requests before it. */
  @Nullable F first(Predicate<F> startable) {
    F request = queue.first();
    while (request != null && !startable.test(request)) {
      queue.removeFirst();
      request = queue.first();
    }
    return request;
  }

  /**
   * Sums up how long a lane has waited for each thing since the lane began. A request gets its own
   * waits from that by a subtraction, so no lane has to be traversed. Dispatcher's loop only.
   *
   * <p>A lane that could be checked and is not checked waits for a slot: with a free slot it would
   * have been checked.
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

    /**
     * Records that the lane waits for this reason from now on, and when it may be checked again.
     */
    void waits(WaitingFor reason, long againAtNanos, long nowNanos) {
      advance(nowNanos);
      leader = null;
      kind = Kind.of(reason);
      untilNanos = againAtNanos;
    }

    /** Records that the lane waits for the same thing as another lane from now on. */
    void follows(LaneClock other, long nowNanos) {
      advance(nowNanos);
      other.advance(nowNanos);
      leader = other;
      leaderNanos = Arrays.copyOf(other.nanos, KINDS);
    }

    /** Records that the lane may be checked. */
    void opens(long nowNanos) {
      advance(nowNanos);
      leader = null;
      kind = Kind.SLOT;
    }

    /** Returns what the lane waits for now. */
    Kind kind() {
      LaneClock other = leader;
      return other == null ? kind : other.kind();
    }

    /** Starts the wait of a request: subtracts the earlier waits of the lane from its sums. */
    void enter(long[] sums, long nowNanos) {
      advance(nowNanos);
      for (int i = 0; i < KINDS; i++) {
        sums[FIRST + i] -= nanos[i];
      }
    }

    /**
     * Ends the wait of a request: adds the waits of the lane, so that its sums contain its own
     * waits.
     */
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

  /**
   * Lanes that wait for the same limits. None of them may start before the head of the group has
   * started, so that a large call gets its turn.
   */
  static final class LaneGroup<F extends Candidate> {

    final String name;
    final ClassTurns<F> behind;
    final LaneClock clock;
    @Nullable Lane<F> head;
    private int lookAt = CandidateQueue.FEW;

    LaneGroup(String name, Classes classes, long nowNanos) {
      this.name = name;
      this.behind = new ClassTurns<>(classes);
      this.clock = new LaneClock(nowNanos);
    }

    /** Whether a lane is the head. A lane becomes the head if there is none. */
    boolean leads(Lane<F> lane) {
      if (head == null) {
        head = lane;
      }
      return head == lane;
    }

    /**
     * Puts a lane behind the head. Removes empty lanes when their number has doubled.
     *
     * @param isEmpty whether a lane has no requests any more
     */
    void add(Lane<F> lane, long nowNanos, Predicate<Lane<F>> isEmpty) {
      lane.place = Lane.Place.BEHIND;
      lane.clock.follows(clock, nowNanos);
      behind.add(lane);
      if (behind.size() >= lookAt) {
        behind.removeIf(isEmpty);
        lookAt = Math.max(CandidateQueue.FEW, 2 * behind.size());
      }
    }
  }

  /**
   * The lanes that wait for something and are not checked before a time, each with the time that it
   * had when it was added. Dispatcher's loop only.
   */
  static final class ClosedLanes<F extends Candidate> {

    /** By the time of their next check. */
    private final TreeSet<Lane<F>> byTime = new TreeSet<>(Lane::byTime);

    /** The same lanes, beginning with the one that has been closed longest. */
    private final Set<Lane<F>> inTurn = new LinkedHashSet<>();

    void add(Lane<F> lane) {
      byTime.add(lane);
      inTurn.add(lane);
    }

    /** Must be called before the time of the lane changes. */
    void remove(Lane<F> lane) {
      byTime.remove(lane);
      inTurn.remove(lane);
    }

    int size() {
      return byTime.size();
    }

    /** Returns a lane whose time has come; null if there is none. */
    @Nullable Lane<F> due(long nowNanos) {
      return byTime.isEmpty() || byTime.first().closedUntilNanos - nowNanos > 0
          ? null
          : byTime.first();
    }

    /** Returns the lane that has been closed longest. There must be one. */
    Lane<F> longest() {
      return inTurn.iterator().next();
    }

    /** Returns the nanoseconds until a lane is due; {@link Long#MAX_VALUE} if there is none. */
    long nextNanos(long nowNanos) {
      return byTime.isEmpty()
          ? Long.MAX_VALUE
          : Math.max(0, byTime.first().closedUntilNanos - nowNanos);
    }
  }
}
