// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.LocalBucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A token bucket of calls or tokens that fills evenly. One thread.
 *
 * <p>The bucket holds time: one unit flows in with each nanosecond, and what is taken costs the
 * nanoseconds in which the rate gives as much. So a rate may have any fraction, and be changed
 * without a change of what flows in. A cost is rounded to nanoseconds, which is less than 0.1 % up
 * to two million calls a second.
 *
 * <p>It holds the burst, and one unit at least. What costs more than it holds may be taken when it
 * is full; it leaves a debt that holds up all that comes later.
 */
final class Quota {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Keeps sums far from an overflow; 36 years. */
  private static final double LONGEST_NANOS = (double) (1L << 60);

  private final LocalBucket bucket;
  private final long burstNanos;
  private double perSecond;
  private long capacity;

  /**
   * A full bucket.
   *
   * @param perSecond rate, above 0
   * @param burst how much it holds, as time
   * @param nanos monotonic time
   */
  Quota(double perSecond, Duration burst, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.burstNanos = burst.toNanos();
    this.capacity = capacity();
    this.bucket =
        Bucket.builder()
            .addLimit(bandwidth(capacity))
            .withSynchronizationStrategy(SynchronizationStrategy.NONE)
            .withCustomTimePrecision(meter(nanos))
            .build();
  }

  /** Nanoseconds until as much may be taken; 0 for now. Takes nothing. */
  long nanosUntil(long amount) {
    if (amount <= 0) {
      return 0;
    }
    EstimationProbe probe = bucket.estimateAbilityToConsume(Math.min(cost(amount), capacity));
    return probe.canBeConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
  }

  /** Takes this much, whatever there is. */
  void take(long amount) {
    if (amount > 0) {
      owe(cost(amount));
    }
  }

  /** Puts this much back, as far as there is room. */
  void giveBack(long amount) {
    if (amount > 0) {
      bucket.addTokens(cost(amount));
    }
  }

  /** Leaves no more than this. */
  void lower(long remaining) {
    long surplus = bucket.getAvailableTokens() - (remaining > 0 ? cost(remaining) : 0);
    if (surplus > 0) {
      bucket.consumeIgnoringRateLimits(surplus);
    }
  }

  /**
   * Changes the rate. What there is stays the same part of the whole; a debt stays the same number
   * of calls or tokens, since those were used.
   */
  void rate(double newPerSecond) {
    double slowdown = perSecond / newPerSecond;
    perSecond = newPerSecond;
    capacity = capacity();
    long debt = -bucket.getAvailableTokens();
    BucketConfiguration configuration =
        BucketConfiguration.builder().addLimit(bandwidth(capacity)).build();
    if (debt <= 0) {
      bucket.replaceConfiguration(configuration, TokensInheritanceStrategy.PROPORTIONALLY);
      return;
    }
    bucket.replaceConfiguration(configuration, TokensInheritanceStrategy.AS_IS);
    long more = (long) Math.min(LONGEST_NANOS, debt * (slowdown - 1));
    if (more > 0) {
      owe(more);
    } else if (more < 0) {
      bucket.addTokens(-more);
    }
  }

  /** Bucket4j throws where a debt comes near to what a long can hold; no debt is paid by then. */
  private void owe(long cost) {
    long most = (long) LONGEST_NANOS + bucket.getAvailableTokens();
    if (most > 0) {
      bucket.consumeIgnoringRateLimits(Math.min(cost, most));
    }
  }

  /** How much may be taken at once; below 0 it is a debt. */
  double available() {
    return bucket.getAvailableTokens() * perSecond / NANOS_PER_SECOND;
  }

  /** Whether it holds all that it can. */
  boolean full() {
    return bucket.getAvailableTokens() >= capacity;
  }

  private long cost(long amount) {
    double nanos = amount * (NANOS_PER_SECOND / perSecond);
    return Math.max(1, Math.round(Math.min(LONGEST_NANOS, nanos)));
  }

  private long capacity() {
    return Math.max(burstNanos, cost(1));
  }

  private static Bandwidth bandwidth(long capacity) {
    return Bandwidth.builder().capacity(capacity).refillGreedy(1, Duration.ofNanos(1)).build();
  }

  private static TimeMeter meter(LongSupplier nanos) {
    long origin = nanos.getAsLong();
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return nanos.getAsLong() - origin;
      }

      @Override
      public boolean isWallClockBased() {
        return false;
      }
    };
  }
}
