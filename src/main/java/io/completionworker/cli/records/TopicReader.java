// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.cli.records.RecordLookup.BrokerSilence;
import io.completionworker.cli.records.RecordsException.MissingTopicsException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed records of all partitions of given topics. Uses no consumer group, so it
 * affects no other consumer and leaves no state on the brokers. Not thread-safe.
 */
public final class TopicReader implements AutoCloseable {

  /** A small value, so that prefetching stays small even if the records are large. */
  private static final int FETCH_BYTES = 8 << 20;

  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> settings;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final BrokerSilence silence = new BrokerSilence();
  private boolean away;

  private TopicReader(Map<String, Object> settings) {
    this.settings = settings;
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Opens a reader at the oldest records.
   *
   * @param settings settings of a consumer of committed records
   * @throws RecordsException if a topic is missing or cannot be read
   */
  public static TopicReader open(Map<String, Object> settings, Collection<String> topics) {
    try {
      Map<String, Object> bounded = new HashMap<>(settings);
      bounded.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
      TopicReader reader = new TopicReader(bounded);
      try {
        reader.assign(topics);
        return reader;
      } catch (RuntimeException e) {
        reader.close();
        throw e;
      }
    } catch (KafkaException e) {
      throw RecordsException.of(settings, e);
    }
  }

  /**
   * Checks that these topics exist.
   *
   * @throws RecordsException with the missing topics, or if no broker answers
   */
  public static void require(Map<String, Object> settings, Collection<String> topics) {
    open(settings, topics).close();
  }

  private void assign(Collection<String> topics) {
    List<String> missing = new ArrayList<>();
    for (String topic : topics) {
      List<PartitionInfo> found = consumer.partitionsFor(topic);
      if (found.isEmpty()) {
        missing.add(topic);
      }
      found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    if (!missing.isEmpty()) {
      throw new MissingTopicsException(missing);
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Returns all partitions that are read. */
  public List<TopicPartition> partitions() {
    return List.copyOf(partitions);
  }

  /** Moves these partitions to the position where reading begins. */
  public void seek(StartAt start, Collection<TopicPartition> where) {
    asked(
        () -> {
          seekNow(start, where);
          return where;
        });
  }

  private void seekNow(StartAt start, Collection<TopicPartition> where) {
    Instant time = start.time();
    if (time != null) {
      seek(time, where);
    } else if (start.kind() == StartAt.Kind.LATEST) {
      consumer.endOffsets(where).forEach(consumer::seek);
    } else {
      consumer.seekToBeginning(where);
    }
  }

  private void seek(Instant time, Collection<TopicPartition> where) {
    Map<TopicPartition, Long> times = new HashMap<>();
    where.forEach(partition -> times.put(partition, time.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    Map<TopicPartition, Long> ends = consumer.endOffsets(where);
    for (TopicPartition partition : where) {
      OffsetAndTimestamp at = found.get(partition);
      consumer.seek(partition, at == null ? offset(ends, partition) : at.offset());
    }
  }

  /**
   * Moves to these offsets, and in partitions without an offset to the oldest record.
   *
   * @return how many unread records are gone, for each partition that has lost some
   */
  public Map<TopicPartition, Long> resume(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, Long> gone = new HashMap<>();
    Map<TopicPartition, Long> oldest = oldest();
    for (TopicPartition partition : partitions) {
      long first = offset(oldest, partition);
      long wanted = offsets.getOrDefault(partition, first);
      if (wanted < first) {
        gone.put(partition, first - wanted);
      }
      consumer.seek(partition, Math.max(first, wanted));
    }
    return gone;
  }

  /** Returns the offsets of the oldest records. */
  public Map<TopicPartition, Long> oldest() {
    return asked(() -> consumer.beginningOffsets(partitions));
  }

  /** Returns the times of the oldest records. A partition without records has no entry. */
  public Map<TopicPartition, Long> oldestTimes() {
    Map<TopicPartition, Long> beginning = new HashMap<>();
    partitions.forEach(partition -> beginning.put(partition, 0L));
    Map<TopicPartition, Long> times = new HashMap<>();
    asked(() -> consumer.offsetsForTimes(beginning))
        .forEach(
            (partition, found) -> {
              if (found != null) {
                times.put(partition, found.timestamp());
              }
            });
    return times;
  }

  /** Returns the end offsets of the committed records. */
  public Map<TopicPartition, Long> committedEnds() {
    return asked(() -> consumer.endOffsets(partitions));
  }

  /**
   * Returns the end offsets of all records, including those of open transactions. A reader that has
   * reached them has seen everything committed by now. The end of the committed records is not
   * enough: an open transaction hides later records, even if they are committed.
   */
  public Map<TopicPartition, Long> writtenEnds() {
    Map<String, Object> uncommitted = new HashMap<>(settings);
    uncommitted.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    return asked(
        () -> {
          try (KafkaConsumer<byte[], byte[]> other =
              new KafkaConsumer<>(
                  uncommitted, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return other.endOffsets(partitions);
          }
        });
  }

  /** Returns the offsets of the next records to read. */
  public Map<TopicPartition, Long> positions() {
    Map<TopicPartition, Long> positions = new HashMap<>();
    partitions.forEach(partition -> positions.put(partition, position(partition)));
    return positions;
  }

  /** Whether all records before these offsets were read. */
  public boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().allMatch(end -> position(end.getKey()) >= end.getValue());
  }

  private long position(TopicPartition partition) {
    return asked(() -> consumer.position(partition));
  }

  /**
   * Returns new records, after waiting up to {@code longest}; none if brokers are unavailable.
   *
   * @throws RecordsException if the brokers refuse access
   */
  public ConsumerRecords<byte[], byte[]> poll(Duration longest) {
    return asked(() -> consumer.poll(longest));
  }

  /**
   * Polls like {@link #poll}, for a command that reads to an end.
   *
   * @throws RecordsException if the brokers are unavailable or refuse access
   */
  public ConsumerRecords<byte[], byte[]> read(Duration longest) {
    ConsumerRecords<byte[], byte[]> found = poll(longest);
    asked(() -> silence.after(found, consumer, partitions));
    return found;
  }

  /**
   * Reads the records from a position to the end that is committed when the call begins.
   *
   * @param looked receives, after each poll, how many records were read so far
   * @throws RecordsException if the brokers are unavailable or refuse access
   */
  public void readThrough(
      StartAt from, Consumer<ConsumerRecord<byte[], byte[]>> each, LongConsumer looked) {
    Map<TopicPartition, Long> ends = committedEnds();
    seek(from, partitions);
    long records = 0;
    while (!reached(ends)) {
      for (ConsumerRecord<byte[], byte[]> found : read(POLL)) {
        records++;
        if (found.offset() < offset(ends, new TopicPartition(found.topic(), found.partition()))) {
          each.accept(found);
        }
      }
      looked.accept(records);
    }
  }

  /**
   * Polls like {@link #poll}, for a command that follows topics. Unavailable brokers are no
   * failure.
   *
   * @param say receives a message when the brokers become unavailable, and when they answer again
   * @throws RecordsException if the brokers refuse access
   */
  public ConsumerRecords<byte[], byte[]> follow(Duration longest, Consumer<String> say) {
    ConsumerRecords<byte[], byte[]> found = poll(longest);
    try {
      boolean heard = silence.after(found, consumer, partitions);
      if (away && heard) {
        away = false;
        say.accept("The brokers answer again");
      }
    } catch (TimeoutException e) {
      if (!away) {
        away = true;
        say.accept(RecordsException.of(settings, e).getMessage() + "; waiting for them");
      }
    } catch (KafkaException e) {
      throw RecordsException.of(settings, e);
    }
    return found;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (KafkaException e) {
      throw RecordsException.of(settings, e);
    }
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return Objects.requireNonNull(offsets.get(partition), partition::toString);
  }
}
