// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.resilience.limit.Share;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions of the request topic have work, by what the brokers say of them, which is the
 * same to all instances; and what part of the limits follows from that.
 *
 * <p>Shares must not add up to more than the whole while instances look at different times. So a
 * partition of this instance counts late and is dropped early, and one of another instance counts
 * at once and is dropped late: whatever an instance counts as its own work, all others count, too,
 * or have nothing to take but what is always theirs.
 *
 * <p>Nanoseconds are of one monotonic time. Not safe for several threads.
 */
final class PartitionWork {

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
