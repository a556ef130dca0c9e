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
 * A token bucket of calls or tokens that refills evenly. Not thread-safe.
 *
 * <p>The bucket holds time. It refills by one unit each nanosecond, and an amount costs the
 * nanoseconds in which the rate yields that amount. So the rate may be any fraction, and it can
 * change while the refill stays the same. Costs are rounded to nanoseconds, which is an error of
 * less than 0.1 % up to two million calls a second.
 *
 * <p>The capacity is the burst, but at least one call or token. An amount above the capacity may be
 * taken when the bucket is full. It leaves a debt that delays all later amounts.
 */
final class TokenBucket {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Keeps sums far from an overflow; 36 years. */
  private static final double LONGEST_NANOS = (double) (1L << 60);

  private final LocalBucket bucket;
  private final long burstNanos;
  private double perSecond;
  private long capacity;

  /**
   * Creates a full bucket.
   *
   * @param perSecond the rate, above 0
   * @param burst the capacity, as time
   * @param nanos monotonic time
   */
  TokenBucket(double perSecond, Duration burst, LongSupplier nanos) {
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

  /**
   * Returns the nanoseconds until this amount may be taken; 0 if it may be taken now. Takes
   * nothing.
   */
  long nanosUntil(long amount) {
    if (amount <= 0) {
      return 0;
    }
    EstimationProbe probe = bucket.estimateAbilityToConsume(Math.min(cost(amount), capacity));
    return probe.canBeConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
  }

  /** Takes this amount, even if the bucket has less. */
  void take(long amount) {
    if (amount > 0) {
      owe(cost(amount));
    }
  }

  /** Gives this amount back, up to the capacity. */
  void giveBack(long amount) {
    if (amount > 0) {
      bucket.addTokens(cost(amount));
    }
  }

  /** Lowers the content to at most this amount. */
  void lower(long remaining) {
    long surplus = bucket.getAvailableTokens() - (remaining > 0 ? cost(remaining) : 0);
    if (surplus > 0) {
      bucket.consumeIgnoringRateLimits(surplus);
    }
  }

  /**
   * Changes the rate, because the share has changed. The content stays the same part of the
   * capacity. A debt stays the same number of calls or tokens, because those were used.
   */
  void rate(double newPerSecond) {
    change(newPerSecond, perSecond / newPerSecond);
  }

  /**
   * Changes the rate, because the limit itself has changed. As {@link #rate}, but a debt is paid
   * off no later than before: what was used under a higher limit was allowed then.
   */
  void limit(double newPerSecond) {
    change(newPerSecond, Math.min(1, perSecond / newPerSecond));
  }

  /**
   * @param slowdown how many times longer it takes to pay off a debt
   */
  private void change(double newPerSecond, double slowdown) {
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

  /**
   * Takes this cost, but limits the debt. Bucket4j throws if a debt comes near the range of a long,
   * and a debt that large would never be paid off anyway.
   */
  private void owe(long cost) {
    long most = (long) LONGEST_NANOS + bucket.getAvailableTokens();
    if (most > 0) {
      bucket.consumeIgnoringRateLimits(Math.min(cost, most));
    }
  }

  /** Returns the amount that may be taken at once. A negative amount is a debt. */
  double available() {
    return bucket.getAvailableTokens() * perSecond / NANOS_PER_SECOND;
  }

  /** Whether the bucket is at its capacity. */
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
