// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.topics.UnreadRecords;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which partitions of the request topic have work, and what part of the limits follows. The
 * decision uses what the brokers report about the partitions, which is the same for all instances.
 *
 * <p>The shares of all instances must not add up to more than the whole, although instances observe
 * the partitions at different times. So an instance counts work in its own partitions late and
 * drops it early, and it counts work in partitions of other instances at once and drops it late.
 * Work that one instance counts as its own is therefore counted by all others, too, unless they
 * have only the part that is always theirs.
 *
 * <p>Nanoseconds are of one monotonic clock. Not safe for several threads.
 */
final class PartitionWork {

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
   * @param changelogEnd end offset of the pending store's changelog, which moves with every request
   *     that is added or removed
   */
  record Offsets(long end, long committed, long changelogEnd) {

    boolean lags() {
      return lag() > 0;
    }

    /** Returns the records that the group has not accepted; 0 if they may all be markers. */
    long lag() {
      return committed >= 0 && end - committed > UnreadRecords.MARKERS ? end - committed : 0;
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
   * The number of partitions that have work.
   *
   * @param ours of those of this instance
   * @param others of those of other instances
   * @param untilNanos the end of what is known about that; a time that has passed if nothing is
   */
  record Count(int ours, int others, long untilNanos) {

    /** Returns the sum of both, which is known as long as both are. */
    Count plus(Count other) {
      boolean sooner = other.untilNanos - untilNanos < 0;
      return new Count(
          ours + other.ours, others + other.others, sooner ? other.untilNanos : untilNanos);
    }
  }

  /**
   * Counts the partitions that have work.
   *
   * @param own partitions of the instance
   * @param all number of partitions
   */
  Count count(Set<Integer> own, int all, long now) {
    Long last = lookedAt;
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
    return new Count(ours, others, last == null ? now : last + VALID.toNanos());
  }

  /**
   * Returns the part of the limits for an instance.
   *
   * @param base the part that depends on the number of its partitions alone
   */
  static Part part(Count count, double base, long now) {
    double floor = base < 1 ? KEPT * base : base;
    if (count.untilNanos - now <= 0) {
      return new Part(floor, floor, now + VALID.toNanos());
    }
    double none = count.ours > 0 ? 1 : base;
    double lent = count.others == 0 ? none : count.ours / (double) (count.ours + count.others);
    return new Part(KEPT * base + (1 - KEPT) * lent, floor, count.untilNanos);
  }

  private boolean works(Seen seen, long now) {
    Long since = seen.since();
    return since != null && now - since >= RISE_NANOS && now - seen.surely() <= quietNanos;
  }
}
