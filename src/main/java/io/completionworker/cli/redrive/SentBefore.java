// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.completion.RecordPosition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records of a topic were sent again before, by what the request topic holds: bits, not
 * objects. A request that is sent again goes to the partition of the first one, behind it; so where
 * the request topic still has all that is behind the first one, nothing was overlooked.
 */
final class SentBefore {

  private static final Duration POLL = Duration.ofMillis(200);

  private final String topic;
  private final String requests;
  private final Map<TopicPartition, Long> oldest;
  private final Map<Integer, NumberSet> sent = new HashMap<>();

  private SentBefore(String topic, String requests, Map<TopicPartition, Long> oldest) {
    this.topic = topic;
    this.requests = requests;
    this.oldest = oldest;
  }

  /**
   * Reads the request topic up to what is written now. Where another transaction is open it waits
   * for its end, since that hides what is committed behind it.
   *
   * @param topic of the records
   * @param from time before which none of them was written
   */
  static SentBefore read(
      Map<String, Object> consumer,
      String requests,
      String topic,
      StartAt from,
      BooleanSupplier stopped) {
    try (TopicReader reader = TopicReader.open(consumer, List.of(requests))) {
      SentBefore before = new SentBefore(topic, requests, reader.oldest());
      Map<TopicPartition, Long> ends = reader.writtenEnds();
      reader.seek(from, reader.partitions());
      while (!reader.reached(ends) && !stopped.getAsBoolean()) {
        for (ConsumerRecord<byte[], byte[]> found : reader.read(POLL)) {
          before.see(found);
        }
      }
      return before;
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> found) {
    RedriveHeaders.source(found.headers())
        .filter(source -> source.topic().equals(topic))
        .ifPresent(source -> add(source));
  }

  /** This one is sent now. */
  void add(RecordPosition source) {
    sent.computeIfAbsent(source.partition(), partition -> new NumberSet()).add(source.offset());
  }

  /** Whether this one was sent, as far as is known. */
  boolean contains(RecordPosition source) {
    NumberSet offsets = sent.get(source.partition());
    return offsets != null && offsets.contains(source.offset());
  }

  /** Whether it would be known if the request at this position had been sent again. */
  boolean isProven(RecordPosition request) {
    Long first = oldest.get(new TopicPartition(requests, request.partition()));
    return request.topic().equals(requests) && first != null && first <= request.offset() + 1;
  }

  /** Partitions of the request topic. */
  int partitions() {
    return oldest.size();
  }
}
