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

  /**
   * Which partitions of the request topic have work, by what the brokers say of them, which is the
   * same to all instances; and what part of the limits follows from that.
   *
   * <p>Shares must not add up to more than the whole while instances look at different times. So a
   * partition of this instance counts late and is dropped early, and one of another instance counts
   * at once and is dropped late: whatever an instance counts as its own work, all others count,
   * too, or have nothing to take but what is always theirs.
   *
   * <p>Nanoseconds are of one monotonic time. Not safe for several threads.
   */
  static final class PartitionWork {

    /** From one look to the next. */
    static final Duration PERIOD = Duration.ofSeconds(2);

    /** Longest time that a look takes. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** From its start on, so long a look is good for anything: until the next one has ended. */
    static final Duration VALID = PERIOD.plus(TIMEOUT.multipliedBy(2)).plusSeconds(1);

    /** Work of this instance counts after so long: everybody has looked meanwhile. */
    private static final long RISE_NANOS = VALID.plusSeconds(2).toNanos();

    /** Work of others counts for so much longer. */
    private static final long MARGIN_NANOS = VALID.multipliedBy(4).toNanos();

    /** Part of the limits that goes by partitions alone, so that new work can start at once. */
    private static final double KEPT = 0.2;

    /** Transaction markers are never consumed, so an idle partition may lag for ever by so much. */
    private static final long MARKERS = 2;

    private final long quietNanos;
    private Map<Integer, Seen> partitions = Map.of();
    private @Nullable Long lookedAt;

    /**
     * @param quiet how long a partition is without work before it lends its share
     */
    PartitionWork(Duration quiet) {
      this.quietNanos = quiet.toNanos();
    }

    /**
     * Offsets of a partition.
     *
     * @param end of the request topic
     * @param committed by the group; negative when it has not committed any
     * @param changelogEnd of what is pending: it moves with every request that comes or goes
     */
    record Offsets(long end, long committed, long changelogEnd) {

      boolean lags() {
        return lag() > 0;
      }

      /** Records that the group has not taken, as far as they are no markers of transactions. */
      long lag() {
        return committed >= 0 && end - committed > MARKERS ? end - committed : 0;
      }
    }

    /**
     * What is known of a partition.
     *
     * @param since when it is known to have work; null when it is not
     * @param surely when it had work last, at the earliest
     * @param maybe the same at the latest
     */
    private record Seen(Offsets offsets, @Nullable Long since, long surely, long maybe) {}

    /** A part of the limits, and what remains of it while nobody looks. */
    record Part(double share, double floor, long untilNanos) {}

    /**
     * Takes a look that began and ended at these times.
     *
     * @param looks of all partitions
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
      // It may have moved right after the look before.
      long surely = lags ? began : lookedAt;
      boolean goesOn = before.since() != null && surely - before.surely() <= quietNanos;
      return new Seen(offsets, goesOn ? before.since() : Long.valueOf(ended), surely, ended);
    }

    /**
     * The part of an instance that works on some of the partitions.
     *
     * @param own theirs
     * @param all how many there are
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
