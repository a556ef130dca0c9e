// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.config.RateLimitConfig;
import io.completionworker.resilience.limit.Share;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the share what it is made of: the partitions that are here, all that there are, and where
 * the work is. Safe on every thread.
 */
final class InstanceShare {

  private final Share share;
  private final LongSupplier nanos;
  private final @Nullable PartitionWork work;
  private Set<Integer> own = Set.of();
  private int all;
  private Map<Integer, PartitionWork.Offsets> offsets = Map.of();
  private @Nullable Long offsetsUntil;

  /**
   * @param nanos the share's time
   */
  InstanceShare(Share share, RateLimitConfig config, LongSupplier nanos) {
    this.share = share;
    this.nanos = nanos;
    boolean lends =
        config.share() == RateLimitConfig.Share.PARTITIONS && !config.lendAfter().isZero();
    this.work = lends ? new PartitionWork(config.lendAfter()) : null;
  }

  /** Partitions as they were last told of. */
  record Partitions(int own, int all) {}

  synchronized Partitions partitions() {
    return new Partitions(own.size(), all);
  }

  /** Whether it depends on where the work is. */
  boolean lends() {
    return work != null;
  }

  /** Partitions of the request topic that this instance works on. */
  synchronized void own(Set<Integer> partitions) {
    own = partitions;
    tell();
  }

  /** Partitions of the request topic. */
  synchronized void all(int partitions) {
    all = partitions;
    tell();
  }

  /** What brokers said of all partitions, in a look that began at this time and ends now. */
  synchronized void looked(long began, Map<Integer, PartitionWork.Offsets> found) {
    offsets = Map.copyOf(found);
    offsetsUntil = began + PartitionWork.VALID.toNanos();
    if (work != null) {
      work.looked(began, nanos.getAsLong(), found);
      tell();
    }
  }

  /**
   * Records in the partitions of this instance that the group has not taken; empty while the
   * brokers have not said so lately.
   */
  synchronized OptionalLong lag() {
    if (own.isEmpty() && all > 0) {
      return OptionalLong.of(0);
    }
    Long until = offsetsUntil;
    if (own.isEmpty() || until == null || until - nanos.getAsLong() <= 0) {
      return OptionalLong.empty();
    }
    long lag = 0;
    for (int partition : own) {
      PartitionWork.Offsets known = offsets.get(partition);
      if (known == null || known.committed() < 0) {
        return OptionalLong.empty();
      }
      lag += known.lag();
    }
    return OptionalLong.of(lag);
  }

  private void tell() {
    if (work == null) {
      share.owned(own.size(), all);
    } else {
      PartitionWork.Part part = work.part(own, all, nanos.getAsLong());
      share.lent(part.share(), part.floor(), part.untilNanos());
    }
  }
}
