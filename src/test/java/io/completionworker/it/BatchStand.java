// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Broker, topics and registry with records as a worker would have written them, and no worker. */
final class BatchStand implements AutoCloseable {

  static final String REQUESTS = "completion-requests";
  static final String RESPONSES = "completion-responses";
  static final String USAGE = "completion-usage";
  static final String FAILURES = "completion-failures";
  static final String DEAD_LETTERS = "completion-dead-letters";

  final Path directory;
  final Path config;
  private final int partitions;
  private final EmbeddedBroker broker = SharedBroker.borrow();
  final LocalRegistry registry = new LocalRegistry();
  private final AvroSerdes serdes;
  private final Serializer<CompletionRequest> requests;
  private final Serializer<CompletionResponse> responses;
  private final Serializer<CompletionFailure> failures;
  private final Serializer<CompletionUsage> usage;
  private final KafkaProducer<byte[], byte[]> producer;

  BatchStand(int partitions) {
    this.partitions = partitions;
    broker.createTopics(Stand.TOPICS, partitions, Map.of());
    broker.createTopic(Stand.CONTROLS, 1, Map.of("cleanup.policy", "compact"));
    serdes =
        new AvroSerdes(Map.of("schema.registry.url", registry.url()), AvroSerde.class.getName());
    requests = serdes.forValues(CompletionRequest.class).serializer();
    responses = serdes.forValues(CompletionResponse.class).serializer();
    failures = serdes.forValues(CompletionFailure.class).serializer();
    usage = serdes.forValues(CompletionUsage.class).serializer();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    try {
      directory = Files.createTempDirectory("completion-worker-batch");
      config =
          Files.writeString(
              directory.resolve("worker.properties"),
              "kafka.bootstrap.servers="
                  + broker.bootstrapServers()
                  + "\nschema.registry.url="
                  + registry.url()
                  + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command with the settings of this stand, which ends by itself. */
  RunningCommand command(String... arguments) {
    return new CommandThread(directory, withConfig(arguments));
  }

  /** The same in a process of its own, for one that is killed, stopped or measured. */
  CliProcess process(String heap, String... arguments) {
    return new CliProcess(directory, heap, withConfig(arguments));
  }

  private List<String> withConfig(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(1, "--config");
    all.add(2, config.toString());
    return all;
  }

  Sent request(CompletionRequest value, Map<String, String> headers) {
    return send(REQUESTS, value.getRequestId(), requests.serialize(REQUESTS, value), headers);
  }

  Sent response(CompletionResponse value) {
    return send(RESPONSES, value.getRequestId(), responses.serialize(RESPONSES, value), Map.of());
  }

  Sent failure(CompletionFailure value, Map<String, String> headers) {
    return send(FAILURES, value.getRequestId(), failures.serialize(FAILURES, value), headers);
  }

  Sent usage(CompletionUsage value) {
    return send(USAGE, value.getRequestId(), usage.serialize(USAGE, value), Map.of());
  }

  /** The bytes of a request on any topic. */
  byte[] encoded(CompletionRequest value) {
    return requests.serialize(REQUESTS, value);
  }

  /** A record whose key is spread over the partitions like that of every other record. */
  Sent send(String topic, String key, byte @Nullable [] value, Map<String, String> headers) {
    var sent =
        new ProducerRecord<>(
            topic,
            Math.floorMod(key.hashCode(), partitions),
            key.getBytes(StandardCharsets.UTF_8),
            value);
    headers.forEach(
        (name, text) -> sent.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return new Sent(producer.send(sent));
  }

  /** A record on its way; most tests flush all of them at once. */
  record Sent(Future<RecordMetadata> metadata) {}

  /** Waits until the broker has it. */
  static RecordMetadata done(Sent sent) throws InterruptedException {
    try {
      return sent.metadata().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  void flush() {
    producer.flush();
  }

  /** All committed records of a topic. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> where = new ArrayList<>();
      for (int i = 0; i < partitions; i++) {
        where.add(new TopicPartition(topic, i));
      }
      consumer.assign(where);
      Map<TopicPartition, Long> ends = consumer.endOffsets(where);
      while (where.stream().anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  CompletionRequest decoded(ConsumerRecord<byte[], byte[]> found) {
    try (Deserializer<CompletionRequest> values =
        serdes.forValues(CompletionRequest.class).deserializer()) {
      return values.deserialize(REQUESTS, found.value());
    }
  }

  /** Deletes what stands before this offset, as the retention of a topic does. */
  void delete(TopicPartition where, long before) throws Exception {
    try (Admin admin = broker.admin()) {
      admin.deleteRecords(Map.of(where, RecordsToDelete.beforeOffset(before))).all().get();
    }
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
    SharedBroker.giveBack(broker);
  }
}
