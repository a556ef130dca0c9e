// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.async.loop.Loop;
import io.completionworker.async.schedule.Lane.LaneClock;
import io.completionworker.async.schedule.Tenants.Tenant;
import io.completionworker.completion.Waits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the requests that one lane has at hand: decoded and ready to be called. Requests above the
 * limit are parked, in arrival order, until one of the requests at hand has its outcome.
 *
 * <p>Paused requests have no place in their lane. Parked and paused requests do not count toward
 * the limit of the instance while it may help to read further ahead in the topic. That is so if
 * another lane has little to do, or if nothing at all has moved for a while and {@code
 * rate.limit.scope} says that there are several scopes. So a lane that waits does not take the room
 * of the others in the store, and a lane that is merely long does not make the store grow.
 *
 * <p>Tenants also share the requests at hand, see {@link FairRoom}. It always helps to read further
 * ahead then, since another tenant may have requests there. While more requests would be of no use,
 * none should be accepted: they would be decoded twice.
 *
 * <p>Dispatcher's loop only, except the methods that are marked as safe on every thread.
 */
public final class LaneQuota {

  /** The number of lanes in memory at which idle lanes are removed. */
  private static final int MAX_LANES = 1_000;

  /** The most parked requests that are taken back at once. */
  private static final int CHUNK = 64;

  private static final long STALL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final Loop loop;
  private final int most;
  private final int enough;
  private final boolean fails;
  private final boolean severalScopes;
  private final FairRoom room;
  private final Map<String, LaneState> lanes = new HashMap<>();
  private int lookAt = MAX_LANES;
  private int hungry;
  private int unfed;
  private int atHand;
  private int waiting;
  private int paused;
  private boolean allPaused;
  private long movedAtNanos;
  private boolean looking;
  private volatile int parked;
  private volatile int excused;
  private volatile boolean fed;
  private volatile boolean moving;

  /**
   * @param most maximum number of requests at hand in each lane
   * @param enough number of requests at hand that gives a lane enough to do
   * @param fails whether requests above the limit fail instead of waiting
   * @param severalScopes whether calls are known to have several scopes
   * @param together number of requests at hand that all tenants share; 0 if there are no tenants
   */
  public LaneQuota(
      Loop loop, int most, int enough, boolean fails, boolean severalScopes, int together) {
    this.loop = loop;
    this.most = most;
    this.enough = enough;
    this.fails = fails;
    this.severalScopes = severalScopes;
    this.room = new FairRoom(fails ? 0 : together);
    this.movedAtNanos = loop.nanos();
  }

  /** Returns how many requests do not count toward the instance's limit. Safe on every thread. */
  public int excused() {
    return excused;
  }

  /**
   * Whether more requests would be of no use now: every known lane has enough at hand, and another
   * lane could not start a call either. Safe on every thread.
   *
   * @param slotsTaken whether all call slots are taken
   */
  public boolean satisfied(boolean slotsTaken) {
    return fed && (slotsTaken || (moving && !severalScopes));
  }

  /** Returns the number of requests that wait, not decoded, for room. Safe on every thread. */
  public int parked() {
    return parked;
  }

  /** Returns the number of requests that a lane keeps, including entries that are skipped later. */
  public int kept(String lane) {
    LaneState state = lanes.get(lane);
    return state == null ? 0 : state.kept();
  }

  public boolean fails() {
    return fails;
  }

  /** Whether a new request would find no place in the lane. */
  public boolean isFull(String lane) {
    LaneState state = lanes.get(lane);
    return state != null && state.isFull();
  }

  /** Gives a request a place in its lane, if it has none. Returns false if there is no place. */
  public boolean place(Candidate request, String lane) {
    if (request.laneState != null) {
      return true;
    }
    LaneState state = state(lane, request);
    if (state.isFull()) {
      return false;
    }
    request.laneState = state;
    room.hold(request, 1);
    atHand(state, 1);
    look();
    return true;
  }

  /**
   * Parks a request that found no place.
   *
   * @param whenPlaced runs when the request has got a place, later and on the loop
   */
  public void park(Candidate request, String lane, Runnable whenPlaced) {
    LaneState state = state(lane, request);
    request.laneState = state;
    room.hold(request, 1);
    request.parked = true;
    request.whenPlaced = whenPlaced;
    request.stay.in(state.clock, loop.nanos());
    state.parked.addLast(request);
    room.parked(state);
    waiting++;
    look();
  }

  /** Takes a paused request out of its lane, so that it does not take the place of others. */
  public void pause(Candidate request) {
    leave(request);
    request.apart = true;
    request.stay.at(Waits.Kind.PAUSE, loop.nanos());
    room.hold(request, 1);
    paused++;
    look();
  }

  /** Sets whether a pause selects every request, so that more of them would be of no use. */
  public void allPaused(boolean all) {
    allPaused = all;
    look();
  }

  /**
   * Frees the place of a request, or removes it from the parked or paused requests. The next parked
   * request gets a place that became free.
   */
  public void leave(Candidate request) {
    LaneState state = request.laneState;
    if (request.apart) {
      request.apart = false;
      request.stay.at(Waits.Kind.REGISTRY, loop.nanos()); // it may have to be read again
      room.hold(request, -1);
      paused--;
      look();
    }
    if (state == null) {
      return;
    }
    request.laneState = null;
    room.hold(request, -1);
    movedAtNanos = loop.nanos();
    if (request.parked) {
      request.parked = false; // its entry in the queue is skipped later
      waiting--;
    } else {
      atHand(state, -1);
      moveUp(state);
      room.offer(this::moveUp);
    }
    look();
  }

  private void moveUp(LaneState state) {
    // Several have a place if fewer tenants share the room than before.
    for (int i = 0; i < CHUNK && state.hasPlace(); i++) {
      Candidate next = state.parked.first();
      if (next == null) {
        return;
      }
      state.parked.removeFirst();
      next.parked = false;
      next.stay.at(Waits.Kind.REGISTRY, loop.nanos());
      waiting--;
      atHand(state, 1);
      // Later, because the caller may be in the middle of a walk through the lanes.
      loop.execute(next.whenPlaced);
    }
  }

  private void atHand(LaneState state, int more) {
    if (atHand == 0) {
      movedAtNanos = loop.nanos(); // until now there was nothing that could move
    }
    atHand += more;
    count(state, -1);
    state.atHand += more;
    count(state, 1);
    room.changed(state.tenant, state.atHand - more, state.atHand);
  }

  private void count(LaneState state, int sign) {
    hungry += state.atHand < enough ? sign : 0;
    // A nearly full lane counts as fed, even with less than enough: more requests are on their way.
    unfed += state.atHand < Math.min(enough, most - most / 4) ? sign : 0;
  }

  private LaneState state(String lane, Candidate request) {
    LaneState state = lanes.get(lane);
    if (state == null) {
      forgetIdle();
      state = new LaneState();
      lanes.put(lane, state);
      count(state, 1);
    }
    if (state.atHand == 0) {
      state.tenant = room.tenant(request); // the one before may have been forgotten
    }
    return state;
  }

  /** Forgets lanes without requests whenever the number of lanes has doubled. */
  private void forgetIdle() {
    if (lanes.size() >= lookAt) {
      lanes.values().stream().filter(lane -> lane.kept() == 0).forEach(lane -> count(lane, -1));
      lanes.values().removeIf(lane -> lane.kept() == 0);
      lookAt = Math.max(MAX_LANES, 2 * lanes.size());
    }
  }

  private void look() {
    boolean stalled = loop.nanos() - movedAtNanos >= STALL_NANOS;
    moving = !stalled;
    // If requests above the limit fail, they must be accepted and not wait in their topic.
    fed = !fails && !room.on() && unfed == 0 && atHand > 0;
    parked = waiting;
    boolean useful = room.on() || hungry > 0 || (stalled && severalScopes);
    excused = (useful ? waiting : 0) + ((useful || atHand == 0) && !allPaused ? paused : 0);
    if ((waiting > 0 || fed) && !looking) {
      looking = true;
      loop.schedule(
          LOOK_NANOS,
          () -> {
            looking = false;
            look();
          });
    }
  }

  /** The requests of one lane. */
  final class LaneState {

    // a request that has changed its lane may be parked elsewhere
    private final CandidateQueue<Candidate> parked =
        new CandidateQueue<>(request -> request.parked && request.laneState == this);
    final LaneClock clock = new LaneClock(loop.nanos());
    private Tenant tenant = room.nobody;
    private int atHand;

    private boolean isFull() {
      return !hasPlace() || hasParked();
    }

    private int kept() {
      return atHand + parked.size();
    }

    boolean hasParked() {
      return parked.first() != null;
    }

    private boolean hasPlace() {
      return atHand < most && room.has(tenant, atHand);
    }
  }
}
