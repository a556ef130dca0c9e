// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.topics.UnreadRecords;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices requests that the retention of their topic has deleted before they were read. Kafka
 * Streams goes on behind them and says nothing that an operator would see. They have no outcome, so
 * this is the one way in which a request can be lost. For one thread.
 */
final class DeletedRequests {

  private static final Logger log = LoggerFactory.getLogger(DeletedRequests.class);

  private final String topic;
  private final LongConsumer counter;

  /** The oldest offset up to which lost records were counted, by partition. */
  private final Map<Integer, Long> counted = new HashMap<>();

  private boolean losing;

  /**
   * @param counter receives the number of records that were lost since the last look
   */
  DeletedRequests(String topic, LongConsumer counter) {
    this.topic = topic;
    this.counter = counter;
  }

  /**
   * Compares offsets that were read at about the same time.
   *
   * @param own partitions that this instance works on
   * @param oldest offset of the oldest record by partition, read before the other offsets
   * @param found the other offsets by partition
   */
  void look(
      Set<Integer> own, Map<Integer, Long> oldest, Map<Integer, PartitionWork.Offsets> found) {
    long lost = 0;
    for (int partition : own) {
      PartitionWork.Offsets offsets = found.get(partition);
      Long first = oldest.get(partition);
      if (offsets != null && offsets.committed() >= 0 && first != null) {
        long known = Math.max(offsets.committed(), counted.getOrDefault(partition, 0L));
        long deleted = UnreadRecords.deleted(known, first, offsets.end());
        if (deleted > 0) {
          lost += deleted;
          counted.put(partition, first);
        }
      }
    }
    if (lost > 0) {
      counter.accept(lost);
      if (!losing) { // logged once until nothing is lost any more
        log.warn(
            "Up to {} requests were deleted from {} before they were read; they have no outcome."
                + " Raise retention.ms or retention.bytes of the topic",
            lost,
            topic);
      }
    }
    losing = lost > 0;
  }
}
