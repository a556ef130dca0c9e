// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** All bytes of all topics, those of aborted transactions and of the broker itself included. */
public final class RawTopics {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private RawTopics() {}

  /**
   * A canary in a record.
   *
   * @param part key, value or header
   */
  public record Hit(String topic, String part, String canary) {}

  /** Reads everything that is there by now. */
  public static List<Hit> search(String bootstrapServers) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_uncommitted",
            ConsumerConfig.EXCLUDE_INTERNAL_TOPICS_CONFIG,
            false,
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            50,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            16 << 20,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            10_000);
    List<Hit> hits = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics(bootstrapServers).stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      read(consumer, consumer.endOffsets(partitions), hits);
    }
    return hits;
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, List<Hit> hits) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("Not read to the end within " + PATIENCE);
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        hits(record, hits);
      }
    }
  }

  private static Set<String> topics(String bootstrapServers) {
    try (Admin admin =
        Admin.create(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      return admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void hits(ConsumerRecord<byte[], byte[]> record, List<Hit> hits) {
    hits(record.topic(), "key", text(record.key()), hits);
    hits(record.topic(), "value", text(record.value()), hits);
    for (Header header : record.headers()) {
      hits(record.topic(), "header", header.key() + ": " + text(header.value()), hits);
    }
  }

  private static void hits(String topic, String part, String text, List<Hit> hits) {
    Canaries.in(text).forEach(canary -> hits.add(new Hit(topic, part, canary)));
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
