// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.serde.AvroSerdes;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** What {@code submit} works on: files of lines, a broker, and what it has published. */
final class SubmitStand implements AutoCloseable {

  static final int PARTITIONS = 3;
  private static final String HEAP = "96m";
  static final String TOPIC = "completion-requests";

  private final Stand stand = new Stand(Behaviour.instant(), PARTITIONS);
  final Path config = stand.file(Map.of());
  private final KafkaConsumer<byte[], byte[]> watcher = consumer("read_uncommitted");

  CliProcess submit(String... arguments) {
    return new CliProcess(stand.directory, HEAP, withConfig(arguments));
  }

  /** By the JVM as users have it. */
  CliProcess submitAsUsersDo(String... arguments) {
    return CliProcess.asUsersHaveIt(stand.directory, HEAP, withConfig(arguments));
  }

  private List<String> withConfig(String... arguments) {
    List<String> all = new ArrayList<>(List.of("submit", "--config", config.toString()));
    all.addAll(List.of(arguments));
    return all;
  }

  Path file(String name, int lines, int textLength) throws IOException {
    Path file = stand.directory.resolve(name + ".jsonl");
    String text = "x".repeat(textLength);
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 1; i <= lines; i++) {
        out.write(
            "{\"custom_id\":\"c-%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                    .formatted(i)
                + "\"body\":{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"%s %d\"}]}}\n".formatted(text, i));
      }
    }
    return file;
  }

  /** Lines of a batch on the topic, read committed, in order; copies are there twice. */
  List<Long> lines(String batch) {
    List<Long> lines = new ArrayList<>();
    try (Deserializer<CompletionRequest> requests =
        stand.serdes().forValues(CompletionRequest.class).deserializer()) {
      forEachRecord(
          record -> {
            if (record.headers().lastHeader("completion-batch-digest") != null) {
              String id = requests.deserialize(TOPIC, record.value()).getRequestId();
              BatchRequestId.parse(id)
                  .filter(line -> line.batch().equals(batch))
                  .filter(line -> line.customId().equals("c-" + line.line()))
                  .ifPresent(line -> lines.add(line.line()));
            }
          });
    }
    lines.sort(Comparator.naturalOrder());
    return lines;
  }

  /** Takes what is on the topic, read committed. */
  void forEachRecord(Consumer<ConsumerRecord<byte[], byte[]>> use) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
      consumer.assign(partitions());
      consumer.seekToBeginning(partitions());
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions());
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(use);
      }
    }
  }

  /** Records on the topic, aborted ones and marks of transactions too. */
  synchronized long written() {
    return watcher.endOffsets(partitions()).values().stream().mapToLong(end -> end).sum();
  }

  /** Lets the topic take no record: producers try again, as they do while brokers are missing. */
  void refuseWrites() throws Exception {
    needReplicas(2);
  }

  void takeWrites() throws Exception {
    needReplicas(1);
  }

  private void needReplicas(int replicas) throws Exception {
    ConfigEntry entry = new ConfigEntry("min.insync.replicas", Integer.toString(replicas));
    try (Admin admin = stand.broker.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, TOPIC),
                  List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  /** Whether a producer has a transaction open in which it has sent records. */
  boolean isPublishing(String transactionalId) throws Exception {
    try (Admin admin = stand.broker.admin()) {
      return admin.listTransactions().all().get().stream()
          .anyMatch(
              transaction ->
                  transaction.transactionalId().equals(transactionalId)
                      && transaction.state() == TransactionState.ONGOING);
    }
  }

  String brokers() {
    return stand.broker.bootstrapServers();
  }

  AvroSerdes serdes() {
    return stand.serdes();
  }

  private Collection<TopicPartition> partitions() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new TopicPartition(TOPIC, i));
    }
    return partitions;
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", brokers());
    settings.put("isolation.level", isolation);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    watcher.close();
    stand.close();
  }
}
