// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.dispatch.Lane.LaneClock;
import io.completionworker.completion.Waits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the requests that one lane has at hand, decoded and ready to be called. What is over the
 * bound is parked, in arrival order, until one of them has its outcome.
 *
 * <p>Parked requests are excused from the instance's bound while looking further ahead in the topic
 * could be worth it: another lane has little to do; or nothing at all has moved for a while, and
 * {@code rate.limit.scope} says that there are several scopes. So a lane that waits does not fill
 * the store for the others, and a lane that is merely long does not grow it.
 *
 * <p>While more requests would be of no use, none should be taken: they would be decoded, parked
 * and decoded again.
 *
 * <p>Dispatcher's loop only, but for what says that it is safe on every thread.
 */
public final class ScopeQuota {

  /** Lanes that are remembered though they have nothing to do. */
  private static final int MAX_LINES = 1_000;

  /** So many flights of a lane are kept without a look at them. */
  private static final int FEW = 64;

  private static final long STALL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final Loop loop;
  private final int most;
  private final int enough;
  private final boolean fails;
  private final boolean severalScopes;
  private final Map<String, Line> lines = new LinkedHashMap<>(16, 0.75f, true);
  private int hungry;
  private int unfed;
  private int atHand;
  private int waiting;
  private long movedAtNanos;
  private boolean looking;
  private volatile int parked;
  private volatile int excused;
  private volatile boolean fed;
  private volatile boolean moving;

  /**
   * @param most requests at hand in each lane
   * @param enough requests at hand with which a lane has enough to do
   * @param fails whether what is over it fails instead of waiting
   * @param severalScopes whether calls are known to be of several scopes
   */
  public ScopeQuota(Loop loop, int most, int enough, boolean fails, boolean severalScopes) {
    this.loop = loop;
    this.most = most;
    this.enough = enough;
    this.fails = fails;
    this.severalScopes = severalScopes;
    this.movedAtNanos = loop.nanos();
  }

  /** Parked requests that do not count for the instance's bound. Safe on every thread. */
  public int excused() {
    return excused;
  }

  /**
   * Whether more requests would be of no use now: every lane that is known has enough at hand, and
   * another lane could start nothing either. Safe on every thread.
   *
   * @param slotsTaken whether as many calls are open as may be
   */
  public boolean satisfied(boolean slotsTaken) {
    return fed && (slotsTaken || (moving && !severalScopes));
  }

  /** Requests that wait undecoded until their lane has room. Safe on every thread. */
  public int parked() {
    return parked;
  }

  /** Flights that a lane keeps, those included that are passed over later. */
  int kept(String lane) {
    Line line = lines.get(lane);
    return line == null ? 0 : line.atHand + line.parked.size();
  }

  boolean fails() {
    return fails;
  }

  /** Whether a request that comes now would have no place. */
  boolean isFull(String lane) {
    Line line = lines.get(lane);
    return line != null && line.isFull();
  }

  /**
   * Takes a place, unless the flight has one already.
   *
   * @return false when there is none
   */
  boolean place(Flight flight, String lane) {
    if (flight.line != null) {
      return true;
    }
    Line line = line(lane);
    if (line.isFull()) {
      return false;
    }
    flight.line = line;
    atHand(line, 1);
    look();
    return true;
  }

  /** Parks a flight that found no place. */
  void park(Flight flight, String lane) {
    Line line = line(lane);
    flight.line = line;
    flight.parked = true;
    flight.become(FlightState.PARKED);
    flight.stay.in(line.clock, loop.nanos());
    line.addLast(flight);
    waiting++;
    look();
  }

  /**
   * Gives back the place of a flight, or removes it from the parked ones. The next flight in line
   * moves up.
   *
   * @param placed receives the flight that has moved up, later and on the loop
   */
  void leave(Flight flight, Consumer<Flight> placed) {
    Line line = flight.line;
    if (line == null) {
      return;
    }
    flight.line = null;
    movedAtNanos = loop.nanos();
    if (flight.parked) {
      flight.parked = false; // its entry in the queue is passed over later
      waiting--;
    } else {
      atHand(line, -1);
      moveUp(line, placed);
    }
    look();
  }

  private void moveUp(Line line, Consumer<Flight> placed) {
    Flight next = line.first();
    if (next != null) {
      line.parked.removeFirst();
      next.parked = false;
      next.stay.at(Waits.Kind.REGISTRY, loop.nanos());
      waiting--;
      atHand(line, 1);
      // Later, because the caller may be in the middle of a walk through the lanes.
      loop.execute(() -> placed.accept(next));
    }
  }

  private void atHand(Line line, int more) {
    if (atHand == 0) {
      movedAtNanos = loop.nanos(); // until now there was nothing to move
    }
    atHand += more;
    count(line, -1);
    line.atHand += more;
    count(line, 1);
  }

  private void count(Line line, int sign) {
    hungry += line.atHand < enough ? sign : 0;
    // A lane that is all but full is fed by what is on its way, though it may be hungry for more.
    unfed += line.atHand < Math.min(enough, most - most / 4) ? sign : 0;
  }

  private Line line(String lane) {
    Line known = lines.get(lane);
    if (known != null) {
      return known;
    }
    forgetIdle();
    Line line = new Line();
    lines.put(lane, line);
    count(line, 1);
    return line;
  }

  private void forgetIdle() {
    Iterator<Line> eldest = lines.values().iterator();
    while (lines.size() >= MAX_LINES && eldest.hasNext()) {
      Line line = eldest.next();
      if (line.atHand == 0 && line.parked.isEmpty()) {
        count(line, -1);
        eldest.remove();
      }
    }
  }

  private void look() {
    boolean stalled = loop.nanos() - movedAtNanos >= STALL_NANOS;
    moving = !stalled;
    // What is over the bound is to fail, not to wait in its topic.
    fed = !fails && unfed == 0 && atHand > 0;
    parked = waiting;
    excused = hungry > 0 || (stalled && severalScopes) ? waiting : 0;
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
  final class Line {

    private final ArrayDeque<Flight> parked = new ArrayDeque<>();
    private final LaneClock clock = new LaneClock(loop.nanos());
    private int atHand;
    private int lookAt = FEW;

    /**
     * Throws out those that are parked no more whenever it has doubled: the first may wait long.
     */
    private void addLast(Flight flight) {
      parked.addLast(flight);
      if (parked.size() >= lookAt) {
        parked.removeIf(other -> !other.parked);
        lookAt = Math.max(FEW, 2 * parked.size());
      }
    }

    /** Of what the lane waits for. */
    LaneClock clock() {
      return clock;
    }

    private boolean isFull() {
      return atHand >= most || first() != null;
    }

    /** The first that is still parked. */
    private @Nullable Flight first() {
      while (!parked.isEmpty() && !parked.getFirst().parked) {
        parked.removeFirst();
      }
      return parked.peekFirst();
    }
  }
}
