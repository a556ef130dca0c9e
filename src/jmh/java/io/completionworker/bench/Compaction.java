// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.time.Duration;
import java.util.Map;

/**
 * Settings of the changelog, and what they promise of its size.
 *
 * @param segmentBytes size of a segment; only closed ones are compacted
 * @param segmentAge time after which a segment is closed by the next record
 * @param lag longest time that a closed segment stays uncompacted
 * @param retention time that a tombstone is kept after it was compacted first
 */
record Compaction(int segmentBytes, Duration segmentAge, Duration lag, Duration retention) {

  /** Short enough for a run of some minutes. */
  static final Compaction QUICK =
      new Compaction(
          1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));

  /** The cleaner's pause between two rounds, the round itself, and a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** Key, marks and the frame of a record in a batch. */
  private static final int TOMBSTONE_BYTES = 30;

  /** What a stored request is larger than its source: positions, times, frame. */
  private static final int STORED_BYTES = 100;

  /** For the worker. */
  Map<String, String> workerSettings() {
    return Map.of(
        "async.max.record.bytes", String.valueOf(segmentBytes / 2), // it has to fit
        "async.changelog.segment.bytes", String.valueOf(segmentBytes),
        "async.changelog.segment.ms", String.valueOf(segmentAge.toMillis()),
        "async.changelog.max.compaction.lag.ms", String.valueOf(lag.toMillis()),
        "async.changelog.delete.retention.ms", String.valueOf(retention.toMillis()));
  }

  /** For a broker whose cleaner looks often. */
  static Map<String, String> brokerSettings() {
    return Map.of(
        "log.cleaner.backoff.ms", "500",
        "log.retention.check.interval.ms", "1000",
        "log.cleaner.dedupe.buffer.size", "33554432");
  }

  /** After this long, what was written is compacted and its tombstones are gone. */
  Duration untilGone() {
    return segmentAge.plus(lag).plus(retention).plus(lag).plus(SLACK.multipliedBy(2));
  }

  /**
   * Most bytes that a take-over replays: of each partition the active segment, what is too young to
   * be compacted, and the tombstones that are too young to go. A tombstone goes with the first
   * round of the cleaner after its retention, hence the second lag.
   *
   * @param rate requests per second, lately
   * @param requestBytes of a request
   */
  long bound(int partitions, double rate, long requestBytes) {
    double pair = rate * (requestBytes + STORED_BYTES + TOMBSTONE_BYTES);
    double active = Math.min((double) partitions * segmentBytes, pair * seconds(segmentAge));
    double young = pair * seconds(lag.plus(SLACK));
    double tombstones = rate * TOMBSTONE_BYTES * seconds(retention.plus(lag).plus(SLACK));
    return Math.round(active + young + tombstones);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }
}
