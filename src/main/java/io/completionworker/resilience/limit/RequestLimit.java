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
 * One limit of requests: a rate limiter of Resilience4j that can be checked before a permit is
 * taken.
 *
 * <p>A cycle is the time of one call, so that calls are evenly spaced. Above a thousand calls a
 * second, it is the shortest cycle of a millisecond or more that has a whole number of permits.
 * Permits can be reserved ahead for the length of the burst, and a call that reserves one starts at
 * once. So after a pause, a burst may start, and then one call in each cycle. If the dispatcher is
 * late by less than the burst, no permit is lost.
 *
 * <p>When the share or the limit changes, a new limiter replaces the old one. The new limiter has
 * no burst saved up, and the wait for the next call keeps its progress, as a part of the cycle.
 *
 * <p>Used on the dispatcher's thread only. Meters read the limiter itself.
 */
final class RequestLimit {

  private final String name;
  private final Duration burst;
  private final LongSupplier nanos;
  private final @Nullable RateLimiterRegistry registry;
  private double perSecond;
  private Paced paced;

  /**
   * Creates a limit with one permit and without a burst, because many instances may start together,
   * or one may restart again and again.
   *
   * @param name unique in the registry
   * @param perSecond the account's rate, above 0
   * @param share the share of that rate that applies now, above 0
   * @param burst the calls that may start at once after a pause, as time
   * @param nanos monotonic time, on any thread
   * @param registry the registry in which to publish the limiter, or null
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

  /** Returns the nanoseconds until a call may start; 0 if it may start now. Takes nothing. */
  long nanosUntilNext() {
    return paced.waitNanos();
  }

  /** Takes a permit for a call that may start. */
  void take() {
    paced.take();
  }

  /** Leaves at most one permit. */
  void leaveOne() {
    paced.leave(1);
  }

  /**
   * Changes the account's rate from now on, as a changed share does.
   *
   * @param newPerSecond the account's rate, above 0
   * @param part the share of that rate that applies now, above 0
   */
  void limit(double newPerSecond, double part) {
    if (newPerSecond != perSecond) {
      perSecond = newPerSecond;
      share(part);
    }
  }

  /** Applies this share of the account's rate, above 0, from now on. */
  void share(double part) {
    long wait = paced.waitNanos();
    double waited = wait == 0 ? 0 : 1 - wait / (double) paced.pace.cycleNanos;
    paced = new Paced(name, Pace.of(perSecond * part, burst), waited, nanos);
    paced.leave(wait == 0 ? 1 : 0);
    publish();
  }

  /** Returns the number of calls that may start at once. */
  int available() {
    return paced.calls();
  }

  /**
   * Whether this limit can be removed without loss. It can if it is full, because a new limit
   * starts with less.
   */
  boolean full() {
    return paced.full();
  }

  /** Removes the limiter from the registry. The limit must not be used afterwards. */
  void close() {
    if (registry != null) {
      registry.remove(name);
    }
  }

  private void publish() {
    if (registry != null) {
      // The registry creates limiters with the system clock only, and replaces only existing ones.
      registry.rateLimiter(name, paced.limiter.getRateLimiterConfig());
      registry.replace(name, paced.limiter);
    }
  }

  /**
   * A rate as the settings of a limiter.
   *
   * @param permits the permits of each cycle
   * @param cyclesAhead the number of future cycles whose permits may be reserved
   */
  private record Pace(long cycleNanos, int permits, int cyclesAhead) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** The resolution of the dispatcher's timers. */
    private static final double SHORTEST_NANOS = 1e6;

    /** Keeps sums far from an overflow; 36 years. */
    private static final double LONGEST_NANOS = (double) (1L << 60);

    /** The most permits to reserve ahead, because the limiter adds permits up as integers. */
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
     * @param waited the part of the first cycle that has passed, below 1
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
        // Otherwise this call could be at the end of one cycle and the next call at the beginning
        // of the next.
        cycles.begin(pace.cycleNanos, 0);
      }
      limiter.reservePermission();
    }

    /**
     * Leaves at most this many permits. Does not use {@code drainPermissions()}, because a burst
     * could still be reserved ahead afterwards.
     */
    void leave(int most) {
      int surplus = calls() - most;
      if (surplus > 0) {
        limiter.reservePermission(surplus);
      }
    }
  }

  /**
   * The clock that a limiter divides into cycles. It can be moved within a cycle. It stands still
   * at 0 until {@link #begin}, so that the limiter counts from 0. Read on every thread.
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

    /** Sets the elapsed part of the current cycle. */
    void begin(long cycleNanos, long elapsedNanos) {
      long now = nanos.getAsLong();
      long cycleBegan = begun ? now - (now - origin) % cycleNanos - origin : 0;
      origin = now - cycleBegan - elapsedNanos;
      begun = true;
    }
  }
}
