// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One limit of requests: a rate limiter of Resilience4j that is asked before anything is taken.
 *
 * <p>A cycle is the time of one call, so calls go evenly; above a thousand calls a second it is the
 * shortest cycle of a millisecond or more that has a whole number of permits. Permits can be
 * reserved as far ahead as the burst lasts, and the call starts at once. So after a pause a burst
 * may go, and then one call with each cycle; a dispatcher that is late by less than the burst loses
 * nothing.
 *
 * <p>Another limiter takes the place of the one that there is when the share changes. It has no
 * burst saved up, and the wait for the next call is as far over as it was.
 *
 * <p>Dispatcher's thread only; meters read the limiter itself.
 */
final class RequestLimit {

  private final String name;
  private final double perSecond;
  private final Duration burst;
  private final LongSupplier nanos;
  private final @Nullable RateLimiterRegistry registry;
  private Paced paced;

  /**
   * A limit with one call to begin with, and without a burst: many instances may start together, or
   * one again and again.
   *
   * @param name unique in the registry
   * @param perSecond the account's rate, above 0
   * @param share the part of it that holds now, above 0
   * @param burst what may go at once after a pause, as time
   * @param nanos monotonic time, on any thread
   * @param registry where the limiter is to be found, or null
   */
  RequestLimit(
      String name,
      double perSecond,
      double share,
      Duration burst,
      LongSupplier nanos,
      @Nullable RateLimiterRegistry registry) {
    this.name = name;
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanos = nanos;
    this.registry = registry;
    this.paced = new Paced(name, Pace.of(perSecond * share, burst), 0, nanos);
    paced.leave(1);
    publish();
  }

  /** Nanoseconds until a call may start; 0 for now. Takes nothing. */
  long nanosUntilNext() {
    return paced.waitNanos();
  }

  /** A call starts that may. */
  void take() {
    paced.take();
  }

  /** Leaves one call at most. */
  void leaveOne() {
    paced.leave(1);
  }

  /** From now on this part of the account's rate holds, above 0. */
  void share(double part) {
    long wait = paced.waitNanos();
    double waited = wait == 0 ? 0 : 1 - wait / (double) paced.pace.cycleNanos;
    paced = new Paced(name, Pace.of(perSecond * part, burst), waited, nanos);
    paced.leave(wait == 0 ? 1 : 0);
    publish();
  }

  /** Calls that may start at once. */
  int available() {
    return paced.calls();
  }

  /** Whether nothing is lost with it: it has all that it can, and a new one starts with less. */
  boolean full() {
    return paced.full();
  }

  /** It is used no more. */
  void close() {
    if (registry != null) {
      registry.remove(name);
    }
  }

  private void publish() {
    if (registry != null) {
      // The registry makes limiters by the system's clock alone; only what is there is replaced.
      registry.rateLimiter(name, paced.limiter.getRateLimiterConfig());
      registry.replace(name, paced.limiter);
    }
  }

  /**
   * How a rate is put to a limiter.
   *
   * @param permits of each cycle
   * @param cyclesAhead for which permits may be reserved that are still to come
   */
  private record Pace(long cycleNanos, int permits, int cyclesAhead) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** What the dispatcher's timers can tell apart. */
    private static final double SHORTEST_NANOS = 1e6;

    /** Keeps sums far from an overflow; 36 years. */
    private static final double LONGEST_NANOS = (double) (1L << 60);

    /** The limiter adds permits up as integers. */
    private static final double MOST_AHEAD = 1e9;

    private static final double ROUNDING = 1e-6;

    static Pace of(double perSecond, Duration burst) {
      double nanosPerCall = NANOS_PER_SECOND / perSecond;
      int permits = Math.max(1, (int) Math.ceil(SHORTEST_NANOS / nanosPerCall));
      double cycle = Math.min(LONGEST_NANOS, permits * nanosPerCall);
      double burstCycles = burst.toNanos() / cycle + ROUNDING;
      int ahead = (int) Math.min(MOST_AHEAD / permits, Math.max(0, burstCycles - 1));
      return new Pace(Math.max(1, Math.round(cycle)), permits, ahead);
    }

    long aheadNanos() {
      return cyclesAhead * cycleNanos;
    }

    int permitsAhead() {
      return cyclesAhead * permits;
    }

    RateLimiterConfig config() {
      return RateLimiterConfig.custom()
          .limitRefreshPeriod(Duration.ofNanos(cycleNanos))
          .limitForPeriod(permits)
          .timeoutDuration(Duration.ofNanos(aheadNanos()))
          .build();
    }
  }

  /** A limiter and its clock, for as long as the rate stays the same. */
  private static final class Paced {
    private final Pace pace;
    private final Cycles cycles;
    private final AtomicRateLimiter limiter;

    /**
     * @param waited part of the first cycle that is over, below 1
     */
    Paced(String name, Pace pace, double waited, LongSupplier nanos) {
      this.pace = pace;
      this.cycles = new Cycles(nanos);
      this.limiter = new AtomicRateLimiter(name, pace.config(), cycles);
      cycles.begin(pace.cycleNanos, (long) (waited * pace.cycleNanos));
    }

    long waitNanos() {
      return Math.max(0, limiter.getDetailedMetrics().getNanosToWait() - pace.aheadNanos());
    }

    int calls() {
      return limiter.getMetrics().getAvailablePermissions() + pace.permitsAhead();
    }

    boolean full() {
      return limiter.getMetrics().getAvailablePermissions() == pace.permits;
    }

    void take() {
      if (full()) {
        // Else this call could be at the end of one cycle, and the next at the beginning of
        // another.
        cycles.begin(pace.cycleNanos, 0);
      }
      limiter.reservePermission();
    }

    /** Not by {@code drainPermissions()}, after which a burst could still be reserved ahead. */
    void leave(int most) {
      int surplus = calls() - most;
      if (surplus > 0) {
        limiter.reservePermission(surplus);
      }
    }
  }

  /**
   * The time that a limiter cuts into cycles; can be moved within one. Stands still until it is
   * begun, so that the limiter counts from 0. Read on every thread.
   */
  private static final class Cycles implements Supplier<Long> {
    private final LongSupplier nanos;
    private volatile long origin;
    private volatile boolean begun;

    Cycles(LongSupplier nanos) {
      this.nanos = nanos;
    }

    @Override
    public Long get() {
      return begun ? nanos.getAsLong() - origin : 0;
    }

    /** So much of the present cycle is over. */
    void begin(long cycleNanos, long elapsedNanos) {
      long now = nanos.getAsLong();
      long cycleBegan = begun ? now - (now - origin) % cycleNanos - origin : 0;
      origin = now - cycleBegan - elapsedNanos;
      begun = true;
    }
  }
}
