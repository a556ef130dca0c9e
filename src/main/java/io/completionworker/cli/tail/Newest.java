// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.tail;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The newest of the lines that it is shown, by the times of their records. One thread. */
final class Newest {

  private final long most;
  private final PriorityQueue<Dated> kept = new PriorityQueue<>();

  /** Times of the first records seen. */
  private final Map<TopicPartition, Long> since = new HashMap<>();

  private record Dated(long time, int partition, long offset, String line)
      implements Comparable<Dated> {

    private static final Comparator<Dated> ORDER =
        Comparator.comparingLong(Dated::time)
            .thenComparingInt(Dated::partition)
            .thenComparingLong(Dated::offset);

    @Override
    public int compareTo(Dated other) {
      return ORDER.compare(this, other);
    }
  }

  /** Keeps so many. */
  Newest(long most) {
    this.most = most;
  }

  /**
   * Looks at the next record of a partition.
   *
   * @param line of a record that is looked for
   */
  void look(ConsumerRecord<byte[], byte[]> found, Optional<String> line) {
    since.putIfAbsent(new TopicPartition(found.topic(), found.partition()), found.timestamp());
    if (line.isPresent()) {
      kept.add(new Dated(found.timestamp(), found.partition(), found.offset(), line.get()));
      if (kept.size() > most) {
        kept.remove();
      }
    }
  }

  /** Whether no record before these offsets is newer than one of those kept. */
  boolean isWhole(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> oldest) {
    Dated last = kept.peek();
    return starts.entrySet().stream()
        .allMatch(
            start -> {
              Long seen = since.get(start.getKey());
              boolean all = start.getValue() <= oldest.getOrDefault(start.getKey(), 0L);
              boolean older = last != null && seen != null && seen <= last.time();
              return all || (kept.size() == most && older);
            });
  }

  /** The lines, oldest first. */
  List<String> lines() {
    return kept.stream().sorted().map(Dated::line).toList();
  }
}
