// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.demo.tally.Tally;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads committed outcomes into a tally. For one thread. */
final class OutcomeReader implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Deserializer<CompletionResponse> responses;
  private final Deserializer<CompletionFailure> failures;
  private final Deserializer<CompletionUsage> usage;
  private final Deserializer<UsageWindow> windows;
  private final Tally tally;
  private @Nullable SampleResponse sample;

  OutcomeReader(WorkerUnderDemo worker, Map<String, String> settings, Tally tally) {
    this.responses = deserializer(worker, CompletionResponse.class, settings);
    this.failures = deserializer(worker, CompletionFailure.class, settings);
    this.usage = deserializer(worker, CompletionUsage.class, settings);
    this.windows = deserializer(worker, UsageWindow.class, settings);
    this.tally = tally;
    this.consumer = consumer(settings.getOrDefault("kafka.bootstrap.servers", ""));
  }

  void poll(Duration longest) {
    consumer.poll(longest).forEach(this::count);
  }

  /** The response with the most attempts. */
  Optional<SampleResponse> sample() {
    return Optional.ofNullable(sample);
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void count(ConsumerRecord<byte[], byte[]> row) {
    String id = row.key() == null ? "" : new String(row.key(), StandardCharsets.UTF_8);
    switch (row.topic()) {
      case DemoTopics.RESPONSES -> {
        CompletionResponse response = responses.deserialize(row.topic(), row.value());
        tally.response(id, response);
        SampleResponse shown = sample;
        if (shown == null || shown.attempts() < response.getCallDetails().getAttempts()) {
          sample = new SampleResponse(row, response);
        }
      }
      case DemoTopics.FAILURES -> tally.failure(id, failures.deserialize(row.topic(), row.value()));
      case DemoTopics.USAGE -> tally.usage(usage.deserialize(row.topic(), row.value()));
      case DemoTopics.CHUNKS -> tally.chunk();
      case DemoTopics.WINDOWS -> tally.window(id, windows.deserialize(row.topic(), row.value()));
      default -> tally.deadLetter(id);
    }
  }

  private static <T extends SpecificRecord> Deserializer<T> deserializer(
      WorkerUnderDemo worker, Class<T> type, Map<String, String> settings) {
    return worker.valueSerde(type, settings).deserializer();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        DemoTopics.READ.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }
}
