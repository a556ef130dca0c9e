// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Finds single requests by their position, for outcomes that contain only the position of their
 * request. Connects at the first lookup. Not thread-safe.
 */
public final class RecordLookup implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Set<String> topics;
  private final Map<String, Object> settings;
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** Creates a lookup in the request topics, with these settings for its consumer. */
  public RecordLookup(Collection<String> topics, Map<String, Object> settings) {
    this.topics = Set.copyOf(topics);
    this.settings = settings;
  }

  /**
   * Returns the record at this position; empty if the record no longer exists, or if the position
   * is not in a request topic.
   */
  public Optional<ConsumerRecord<byte[], byte[]>> at(RecordPosition position) {
    if (!topics.contains(position.topic())) {
      return Optional.empty();
    }
    try {
      return find(position);
    } catch (KafkaException e) {
      throw RecordsException.of(settings, e);
    }
  }

  private Optional<ConsumerRecord<byte[], byte[]>> find(RecordPosition position) {
    String topic = position.topic();
    int partition = position.partition();
    long offset = position.offset();
    KafkaConsumer<byte[], byte[]> open = consumer();
    TopicPartition where = new TopicPartition(topic, partition);
    if (open.partitionsFor(topic).stream().noneMatch(info -> info.partition() == partition)
        || offset < end(open.beginningOffsets(List.of(where)), where)
        || offset >= end(open.endOffsets(List.of(where)), where)) {
      return Optional.empty();
    }
    open.assign(List.of(where));
    open.seek(where, offset);
    BrokerSilence silence = new BrokerSilence();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      ConsumerRecords<byte[], byte[]> records = open.poll(Duration.ofMillis(200));
      for (ConsumerRecord<byte[], byte[]> found : records) {
        return found.offset() == offset ? Optional.of(found) : Optional.empty();
      }
      silence.after(records, open, List.of(where));
      if (open.position(where) > offset) {
        return Optional.empty(); // compacted or aborted
      }
    }
    throw new RecordsException(
        "The record at "
            + where
            + "@"
            + offset
            + " is behind an open transaction; try again later");
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    KafkaConsumer<byte[], byte[]> open = consumer;
    if (open == null) {
      Map<String, Object> one = new HashMap<>(settings);
      one.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
      open = new KafkaConsumer<>(one, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      consumer = open;
    }
    return open;
  }

  private static long end(Map<TopicPartition, Long> offsets, TopicPartition where) {
    return Objects.requireNonNull(offsets.get(where), where::toString);
  }

  /**
   * Distinguishes a topic without new records from unavailable brokers, which look the same to a
   * caller of poll. After a period without records, asks the brokers for the end offsets of the
   * partitions. Not thread-safe.
   */
  static final class BrokerSilence {

    private static final long LONGEST_NANOS = Duration.ofSeconds(3).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private long heard = System.nanoTime();

    /**
     * Must be called after each poll. Asks the brokers only after a period without records.
     *
     * @return whether a broker has just answered
     * @throws TimeoutException if no records came for that period and the brokers do not answer
     */
    boolean after(
        ConsumerRecords<byte[], byte[]> polled,
        KafkaConsumer<byte[], byte[]> consumer,
        Collection<TopicPartition> partitions) {
      if (polled.isEmpty()) {
        if (System.nanoTime() - heard < LONGEST_NANOS) {
          return false;
        }
        consumer.endOffsets(partitions, PATIENCE);
      }
      heard = System.nanoTime();
      return true;
    }
  }
}
