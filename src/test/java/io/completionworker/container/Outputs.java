// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.serde.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** What readers of committed records see. For one thread. */
final class Outputs implements AutoCloseable {

  /** A record of an output topic; of headers of one name the last. */
  record Output<T extends SpecificRecord>(T value, Map<String, String> headers) {}

  private static final List<String> TOPICS =
      List.of(
          ContainerStand.RESPONSES,
          ContainerStand.USAGE,
          ContainerStand.FAILURES,
          ContainerStand.DEAD_LETTERS);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<CompletionResponse> responseReader;
  private final Deserializer<CompletionUsage> usageReader;
  private final Deserializer<CompletionFailure> failureReader;
  private final List<Output<CompletionResponse>> responses = new ArrayList<>();
  private final List<Output<CompletionUsage>> usage = new ArrayList<>();
  private final List<CompletionFailure> failures = new ArrayList<>();
  private int deadLetters;

  Outputs(ContainerStand stand) {
    AvroSerdes serdes = stand.serdes();
    responseReader = serdes.forValues(CompletionResponse.class).deserializer();
    usageReader = serdes.forValues(CompletionUsage.class).deserializer();
    failureReader = serdes.forValues(CompletionFailure.class).deserializer();
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                stand.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    // whoever ran before has left records here
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Reads what has come since the last time. */
  Outputs poll() {
    consumer.poll(Duration.ofMillis(200)).forEach(this::add);
    return this;
  }

  List<Output<CompletionResponse>> responses() {
    return responses;
  }

  List<Output<CompletionUsage>> usage() {
    return usage;
  }

  List<CompletionFailure> failures() {
    return failures;
  }

  int deadLetters() {
    return deadLetters;
  }

  /** Requests that have ended, one way or another. */
  int ended() {
    return responses.size() + failures.size() + deadLetters;
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void add(ConsumerRecord<byte[], byte[]> row) {
    switch (row.topic()) {
      case ContainerStand.RESPONSES -> responses.add(output(row, responseReader));
      case ContainerStand.USAGE -> usage.add(output(row, usageReader));
      case ContainerStand.FAILURES ->
          failures.add(failureReader.deserialize(row.topic(), row.value()));
      default -> deadLetters++;
    }
  }

  private static <T extends SpecificRecord> Output<T> output(
      ConsumerRecord<byte[], byte[]> row, Deserializer<T> reader) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : row.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return new Output<>(reader.deserialize(row.topic(), row.value()), headers);
  }
}
