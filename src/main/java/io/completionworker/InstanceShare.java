// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.config.RateLimitConfig;
import io.completionworker.resilience.limit.Share;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes the instance's share of the limits and reports it to {@link Share}. It depends on the
 * partitions of this instance, the number of all partitions, and which partitions have work. Safe
 * on every thread.
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
   * @param nanos monotonic time of the share, in nanoseconds
   */
  InstanceShare(Share share, RateLimitConfig config, LongSupplier nanos) {
    this.share = share;
    this.nanos = nanos;
    boolean lends =
        config.share() == RateLimitConfig.Share.PARTITIONS && !config.lendAfter().isZero();
    this.work = lends ? new PartitionWork(config.lendAfter()) : null;
  }

  /** Numbers of partitions, as last reported. */
  record Partitions(int own, int all) {}

  synchronized Partitions partitions() {
    return new Partitions(own.size(), all);
  }

  /** Whether the share depends on which partitions have work. */
  boolean lends() {
    return work != null;
  }

  /** Sets the partitions of the request topic that this instance works on. */
  synchronized void own(Set<Integer> partitions) {
    own = partitions;
    tell();
  }

  /** Sets the number of partitions of the request topic. */
  synchronized void all(int partitions) {
    all = partitions;
    tell();
  }

  /**
   * Records what the brokers reported about all partitions, in an observation that began at this
   * time and ends now.
   */
  synchronized void looked(long began, Map<Integer, PartitionWork.Offsets> found) {
    offsets = Map.copyOf(found);
    offsetsUntil = began + PartitionWork.VALID.toNanos();
    if (work != null) {
      work.looked(began, nanos.getAsLong(), found);
      tell();
    }
  }

  /**
   * Returns the number of records in the partitions of this instance that the group has not
   * accepted yet; empty if the brokers have not reported it recently.
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

  /**
   * Decides which partitions of the request topic have work, and what part of the limits follows.
   * The decision uses what the brokers report about the partitions, which is the same for all
   * instances.
   *
   * <p>The shares of all instances must not add up to more than the whole, although instances
   * observe the partitions at different times. So an instance counts work in its own partitions
   * late and drops it early, and it counts work in partitions of other instances at once and drops
   * it late. Work that one instance counts as its own is therefore counted by all others, too,
   * unless they have only the part that is always theirs.
   *
   * <p>Nanoseconds are of one monotonic clock. Not safe for several threads.
   */
  static final class PartitionWork {

    /** The time between two observations. */
    static final Duration PERIOD = Duration.ofSeconds(2);

    /** The longest time that an observation takes. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** The time from its start for which an observation is valid: until the next one has ended. */
    static final Duration VALID = PERIOD.plus(TIMEOUT.multipliedBy(2)).plusSeconds(1);

    /**
     * The time after which work of this instance counts. All other instances have observed it by
     * then.
     */
    private static final long RISE_NANOS = VALID.plusSeconds(2).toNanos();

    /** The additional time for which work of other instances counts. */
    private static final long MARGIN_NANOS = VALID.multipliedBy(4).toNanos();

    /**
     * The part of the limits that depends on the partitions alone, so that new work can start at
     * once.
     */
    private static final double KEPT = 0.2;

    /**
     * The lag that an idle partition may have forever, since transaction markers are never
     * consumed.
     */
    private static final long MARKERS = 2;

    private final long quietNanos;
    private Map<Integer, Seen> partitions = Map.of();
    private @Nullable Long lookedAt;

    /**
     * @param quiet the time without work after which a partition lends its share
     */
    PartitionWork(Duration quiet) {
      this.quietNanos = quiet.toNanos();
    }

    /**
     * Offsets of a partition.
     *
     * @param end end offset of the request topic
     * @param committed committed offset of the group; negative if it has not committed any
     * @param changelogEnd end offset of the pending store's changelog, which moves with every
     *     request that is added or removed
     */
    record Offsets(long end, long committed, long changelogEnd) {

      boolean lags() {
        return lag() > 0;
      }

      /** Returns the records that the group has not accepted; 0 if they may all be markers. */
      long lag() {
        return committed >= 0 && end - committed > MARKERS ? end - committed : 0;
      }
    }

    /**
     * What is known about a partition.
     *
     * @param since start of its current period of work, as far as known; null if none is known
     * @param surely lower bound of the time at which it last had work
     * @param maybe upper bound of the same time
     */
    private record Seen(Offsets offsets, @Nullable Long since, long surely, long maybe) {}

    /** A part of the limits, and the floor to which it shrinks without another observation. */
    record Part(double share, double floor, long untilNanos) {}

    /**
     * Records an observation that began and ended at these times.
     *
     * @param looks offsets of all partitions, by partition
     */
    void looked(long began, long ended, Map<Integer, Offsets> looks) {
      Map<Integer, Seen> next = new HashMap<>();
      looks.forEach(
          (partition, offsets) -> next.put(partition, seen(partition, offsets, began, ended)));
      partitions = Map.copyOf(next);
      lookedAt = began;
    }

    private Seen seen(int partition, Offsets offsets, long began, long ended) {
      Seen before = partitions.get(partition);
      boolean lags = offsets.lags();
      if (before == null || lookedAt == null) {
        return new Seen(offsets, lags ? ended : null, began, ended);
      }
      boolean moved = !offsets.equals(before.offsets());
      if (!lags && !moved) {
        return new Seen(offsets, before.since(), before.surely(), before.maybe());
      }
      // The offsets may have changed right after the previous observation.
      long surely = lags ? began : lookedAt;
      boolean goesOn = before.since() != null && surely - before.surely() <= quietNanos;
      return new Seen(offsets, goesOn ? before.since() : Long.valueOf(ended), surely, ended);
    }

    /**
     * Returns the part of the limits for an instance that works on some of the partitions.
     *
     * @param own partitions of the instance
     * @param all number of partitions
     */
    Part part(Set<Integer> own, int all, long now) {
      double base = Share.part(own.size(), all);
      double floor = base < 1 ? KEPT * base : base;
      Long last = lookedAt;
      if (last == null || now - last >= VALID.toNanos()) {
        return new Part(floor, floor, now + VALID.toNanos());
      }
      int ours = 0;
      int others = 0;
      for (int partition = 0; partition < all; partition++) {
        Seen seen = partitions.get(partition);
        if (!own.contains(partition)) {
          others += seen == null || now - seen.maybe() <= quietNanos + MARGIN_NANOS ? 1 : 0;
        } else if (seen != null && works(seen, now)) {
          ours++;
        }
      }
      double none = ours > 0 ? 1 : base;
      double lent = others == 0 ? none : ours / (double) (ours + others);
      return new Part(KEPT * base + (1 - KEPT) * lent, floor, last + VALID.toNanos());
    }

    private boolean works(Seen seen, long now) {
      Long since = seen.since();
      return since != null && now - since >= RISE_NANOS && now - seen.surely() <= quietNanos;
    }
  }
}
