// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a batch begins to read: what it does not look at is neither published twice nor in its way.
 */
class BatchStartIT extends InProcessCli {

  private static final String LINE =
      "{\"custom_id\":\"c-%d\",\"body\":{\"model\":\"m\",\"messages\":"
          + "[{\"role\":\"user\",\"content\":\"say %d\"}]}}\n";
  private static final String REQUESTS = "completion-requests";
  private static final int LINES = 7;

  private static EmbeddedBroker broker;

  private Path file;
  private String answers;

  @BeforeAll
  static void startABrokerThatSoonForgets() {
    broker =
        EmbeddedBroker.start(
            1,
            Map.of(
                "transactional.id.expiration.ms", "1000",
                "transaction.remove.expired.transaction.cleanup.interval.ms", "100"));
    for (String topic : List.of("requests", "responses", "usage", "failures", "dead-letters")) {
      broker.createTopic("completion-" + topic, 2, Map.of());
    }
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @BeforeEach
  void useTheBroker() throws IOException {
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= LINES; i++) {
      lines.append(LINE.formatted(i, i));
    }
    file = Files.writeString(directory.resolve("seven.jsonl"), lines);
    answers = directory.resolve("answers.jsonl").toString();
  }

  @Test
  void shouldPublishNothingAgainThatIsOlderThanSince() throws Exception {
    String[] first = batch("since", "1h");
    assertThat(execute(first)).isEqualTo(1);
    assertThat(count("since")).isEqualTo(LINES);

    String published = Instant.now().toString();
    assertThat(execute(batch("since", published))).isEqualTo(2);
    assertBegunBefore("since");
    assertThat(execute(submit("since", published))).isEqualTo(2);
    assertBegunBefore("since");
    assertThat(execute(first)).as("it goes on").isEqualTo(1);
    assertThat(err.toString()).contains("7 of them from before");

    assertThat(count("since")).isEqualTo(LINES);
  }

  @Test
  void shouldPublishNothingAgainWhenTheBrokersHaveForgottenThatTheyTookIt() throws Exception {
    assertThat(execute(submit("forgotten", "1h"))).isZero();
    String published = Instant.now().toString();
    await().until(() -> isForgotten("completion-submit-forgotten"));

    assertThat(execute(submit("forgotten", published))).isEqualTo(2);

    assertBegunBefore("forgotten");
    assertThat(count("forgotten")).isEqualTo(LINES);
    assertThat(execute(submit("another", published))).as("it was not begun").isZero();
    assertThat(count("another")).isEqualTo(LINES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2099-01-01", "9999-01-01T00:00:00Z", "0s"})
  void shouldTakeNoSinceThatIsNotInThePast(String since) throws Exception {
    assertThat(execute(batch("future", since))).isEqualTo(2);
    assertThat(err.toString()).startsWith("--from: '" + since + "' is not in the past; see `");
    assertThat(execute(submit("future", since))).isEqualTo(2);
    assertThat(execute("collect", "--batch", "future", "--from", since, "--out", answers))
        .isEqualTo(2);

    assertThat(count("future")).isZero();
  }

  /** A registry that lost its schemas leaves such behind, of other batches. */
  @Test
  void shouldNotReadOutcomesThatAreOlderThanTheBatch() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] undecodable = {0, 0, 0, 0, 99, 1, 2, 3};
      producer.send(new ProducerRecord<>("completion-responses", undecodable)).get();
    }
    String[] command = {"batch", file.toString(), "--out", answers, "--timeout", "1"};

    assertThat(execute(command)).isEqualTo(1);
    assertThat(err.toString()).contains("is not complete: 7 of 7 requests have no outcome");
    err.getBuffer().setLength(0);
    assertThat(execute(command)).as("it goes on").isEqualTo(1);
    assertThat(err.toString()).contains("is not complete: 7 of 7 requests have no outcome");
  }

  private String[] batch(String id, String since) {
    return new String[] {
      "batch", file.toString(), "--batch", id, "--from", since, "--out", answers, "--timeout", "1"
    };
  }

  private String[] submit(String id, String since) {
    return new String[] {"submit", file.toString(), "--batch", id, "--since", since};
  }

  private void assertBegunBefore(String id) {
    assertThat(err.toString().lines())
        .last()
        .asString()
        .matches(
            ".*/seven.jsonl: batch %s was begun before --from \\(.*Z\\); leave --from out; nothing was published"
                .formatted(id));
  }

  private static boolean isForgotten(String transactionalId) throws InterruptedException {
    try (Admin admin = broker.admin()) {
      admin.describeTransactions(List.of(transactionalId)).all().get();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof TransactionalIdNotFoundException;
    }
  }

  /** Requests of a batch that are committed. */
  private static long count(String batch) throws Exception {
    Map<TopicPartition, Long> ends = new HashMap<>();
    long count = 0;
    try (Admin admin = broker.admin();
        var consumer =
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "isolation.level",
                    "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      TopicPartition first = new TopicPartition(REQUESTS, 0);
      TopicPartition second = new TopicPartition(REQUESTS, 1);
      admin
          .listOffsets(Map.of(first, OffsetSpec.latest(), second, OffsetSpec.latest()))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          String value = new String(record.value(), StandardCharsets.ISO_8859_1);
          count += value.contains("batch:" + batch + ":") ? 1 : 0;
        }
      }
    }
    return count;
  }
}
