// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.cli.records.RecordLookup.BrokerSilence;
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
 * Committed records of all partitions of some topics. It belongs to no group, so it disturbs nobody
 * and leaves nothing behind. For one thread.
 */
public final class TopicReader implements AutoCloseable {

  /** Small, so that what is fetched ahead stays small however large the records are. */
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
   * A reader at the first record that there is.
   *
   * @param settings of a consumer of committed records
   * @throws RecordsException when a topic is missing or the brokers do not let us see it
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
   * Looks whether these topics are there.
   *
   * @throws RecordsException with those that are missing, or when no broker answers
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
      throw new RecordsException(
          "Missing topics: "
              + String.join(", ", missing)
              + "; make them with `completion-worker topics`");
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All that are read. */
  public List<TopicPartition> partitions() {
    return List.copyOf(partitions);
  }

  /** Goes to where reading is to begin, in these partitions. */
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
   * Goes to these offsets, and to the oldest record in partitions that have none.
   *
   * @return where records are gone that were still to be read, with how many
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

  /** Offsets of the oldest records that there are. */
  public Map<TopicPartition, Long> oldest() {
    return asked(() -> consumer.beginningOffsets(partitions));
  }

  /** Times of the oldest records that there are; none of a partition without records. */
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

  /** Offsets behind the last records that are committed. */
  public Map<TopicPartition, Long> committedEnds() {
    return asked(() -> consumer.endOffsets(partitions));
  }

  /**
   * Offsets behind the last records that are written, also those of open transactions. Whoever
   * reads up to there has seen all that is committed now: an open transaction hides what others
   * have committed behind its first record.
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

  /** Where reading is. */
  public Map<TopicPartition, Long> positions() {
    Map<TopicPartition, Long> positions = new HashMap<>();
    partitions.forEach(partition -> positions.put(partition, position(partition)));
    return positions;
  }

  /** Whether all before these offsets has been read. */
  public boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().allMatch(end -> position(end.getKey()) >= end.getValue());
  }

  private long position(TopicPartition partition) {
    return asked(() -> consumer.position(partition));
  }

  /**
   * What has come, waiting a while for it; nothing while the brokers are away.
   *
   * @throws RecordsException when the brokers do not let us read
   */
  public ConsumerRecords<byte[], byte[]> poll(Duration longest) {
    return asked(() -> consumer.poll(longest));
  }

  /**
   * What has come, waiting a while for it, for a command that reads to an end.
   *
   * @throws RecordsException when the brokers are away, or do not let us read
   */
  public ConsumerRecords<byte[], byte[]> read(Duration longest) {
    ConsumerRecords<byte[], byte[]> found = poll(longest);
    asked(() -> silence.after(found, consumer, partitions));
    return found;
  }

  /**
   * Reads what is committed when it begins, from there on.
   *
   * @param looked told from time to time how many records there were
   * @throws RecordsException when the brokers are away, or do not let us read
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
   * What has come, waiting a while for it, for a command that follows: it waits for brokers that
   * are away.
   *
   * @param say told when they have gone, and when they are back
   * @throws RecordsException when the brokers do not let us read
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
