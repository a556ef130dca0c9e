// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig.Transport;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that is left to an exchange, by the monotonic clock. The time begins when the object is
 * created.
 *
 * <p>It covers the whole exchange: Vert.x's idle timeout stops when the response begins, and its
 * connect timeout loses a request that gets its connection as the timer fires.
 *
 * <p>Used on the event loop of its exchange.
 */
final class TimeLeft {

  private final Limits limits;
  private final Runnable check;
  private final long startedAt = System.nanoTime();
  private long heardAt;
  private @Nullable Alarm alarm;
  private int place = -1;

  /**
   * Creates the time of an exchange.
   *
   * @param check ends the exchange if a time-out has passed, else says {@linkplain #checkIn when}
   *     to check again
   */
  TimeLeft(Limits limits, Runnable check) {
    this.limits = limits;
    this.check = check;
  }

  /** Has the exchange checked from now on, until {@link #stop}. */
  void start(Alarm shared) {
    alarm = shared;
    shared.add(this);
  }

  /** Has the exchange checked in so many nanoseconds, or before. */
  void checkIn(long nanos) {
    if (alarm != null) {
      alarm.ring(nanos);
    }
  }

  /** Ends the checks. */
  void stop() {
    if (alarm != null) {
      alarm.remove(this);
    }
  }

  /** Records that something was sent or received. */
  void heard() {
    heardAt = System.nanoTime();
  }

  /**
   * Returns the nanoseconds until the first time-out; 0 or less if one has passed.
   *
   * @param sent whether the connect time-out is over and the idle time-out counts
   * @param paused whether only the request time-out counts
   */
  long nanos(boolean sent, boolean paused) {
    long now = System.nanoTime();
    long total = startedAt + limits.request - now;
    if (paused) {
      return total;
    }
    return Math.min(total, (sent ? heardAt + limits.idle : startedAt + limits.connect) - now);
  }

  /** Whether the request time-out has passed. */
  boolean isOver() {
    return startedAt + limits.request - System.nanoTime() <= 0;
  }

  /**
   * The time-outs in nanoseconds.
   *
   * @param idle far away if there is no idle time-out
   */
  record Limits(long connect, long request, long idle) {

    /** Longer than any real wait, and short enough to be added to a time. */
    private static final Duration LONGEST = Duration.ofDays(365);

    static Limits of(Transport transport) {
      Duration idle = transport.idleTimeout();
      return new Limits(
          nanos(transport.connectTimeout()),
          nanos(transport.requestTimeout()),
          nanos(idle.isZero() ? LONGEST : idle));
    }

    private static long nanos(Duration duration) {
      return (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
    }
  }

  /**
   * A timer that the exchanges of some connections share. A call usually ends long before a
   * time-out, so a timer of its own would be set and cancelled for nothing. This one rings at the
   * earliest time that any exchange has named, has all of them checked, and so learns the next
   * time.
   *
   * <p>Used on one event loop.
   */
  static final class Alarm {

    /**
     * The least time between two checks. When many exchanges time out one after the other, each of
     * them ends up to so much later.
     */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Vertx vertx;
    private final List<TimeLeft> open = new ArrayList<>();
    private boolean set;
    private boolean checking;
    private long ringsAt;
    private long timer;

    Alarm(Vertx vertx) {
      this.vertx = vertx;
    }

    /** Returns the number of exchanges that are checked. */
    int watched() {
      return open.size();
    }

    private void add(TimeLeft left) {
      left.place = open.size();
      open.add(left);
    }

    private void remove(TimeLeft left) {
      if (left.place >= 0) {
        TimeLeft last = open.remove(open.size() - 1);
        if (last != left) {
          open.set(left.place, last);
          last.place = left.place;
        }
        left.place = -1;
      }
    }

    private void ring(long nanos) {
      long at = System.nanoTime() + nanos;
      if (set && at - ringsAt >= 0) {
        return;
      }
      ringsAt = at;
      if (!checking) {
        if (set) {
          vertx.cancelTimer(timer);
        }
        start(nanos);
      }
      set = true;
    }

    private void start(long nanos) {
      timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, id -> check());
    }

    private void check() {
      set = false;
      checking = true;
      try {
        for (TimeLeft left : List.copyOf(open)) { // a check may remove some
          left.check.run();
        }
      } finally {
        checking = false;
        if (set) {
          start(Math.max(LEAST_NANOS, ringsAt - System.nanoTime()));
        }
      }
    }
  }
}
