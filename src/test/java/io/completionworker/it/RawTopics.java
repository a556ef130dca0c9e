package io.completionworker.it;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** All bytes of all topics, those of aborted transactions and of the broker itself included. */
final class RawTopics {

  private RawTopics() {}

  /** For each topic the number of records that have this text in key, value or headers. */
  static Map<String, Long> recordsWith(Stand stand, Pattern text) {
    Map<String, Long> found = new TreeMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                stand.broker.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_uncommitted"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = partitions(stand, consumer);
      partitions.forEach(partition -> found.putIfAbsent(partition.topic(), 0L));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (has(record, text)) {
            found.merge(record.topic(), 1L, Long::sum);
          }
        }
      }
    }
    return found;
  }

  private static List<TopicPartition> partitions(Stand stand, KafkaConsumer<?, ?> consumer) {
    return topics(stand).stream()
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .toList();
  }

  private static Set<String> topics(Stand stand) {
    try (var admin = stand.broker.admin()) {
      return admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean has(ConsumerRecord<byte[], byte[]> record, Pattern text) {
    if (holds(record.key(), text) || holds(record.value(), text)) {
      return true;
    }
    for (Header header : record.headers()) {
      if (text.matcher(header.key()).find() || holds(header.value(), text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(byte @Nullable [] bytes, Pattern text) {
    return bytes != null && text.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).find();
  }
}
