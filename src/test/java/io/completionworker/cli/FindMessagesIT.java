// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Causes what find, usage and ask say when they cannot answer, or not fully. */
class FindMessagesIT extends SayingCli {

  private static final String REQUEST =
      "{\"request_id\":\"r-1\",\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  private final EmbeddedBroker broker = SharedBroker.borrow();

  @BeforeEach
  void useTheBroker() {
    for (String topic : List.of("requests", "responses", "usage", "failures", "dead-letters")) {
      broker.createTopic("completion-" + topic, 1, Map.of());
    }
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("VALUE_FORMAT", "json");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var sent =
          Stream.of(
                  record("requests", REQUEST),
                  record("requests", "{\"request_id\":\"r-2\""),
                  record("usage", "{"))
              .map(producer::send)
              .toList();
      producer.flush();
      assertThat(sent).allMatch(Future::isDone);
    }
  }

  @AfterEach
  void giveTheBrokerBack() {
    SharedBroker.giveBack(broker);
  }

  @Test
  void shouldSayWhatThePageSays() {
    verify(
        "Find, usage and ask",
        List.of(
            new Said(
                "No id is given",
                "find ",
                Map.of(),
                "REQUEST_ID is empty; see `completion-worker find --help`",
                2),
            new Said(
                "Nothing is to be read",
                "find r-1 --from latest",
                Map.of(),
                "--from: there is nothing behind the newest record; see `completion-worker find"
                    + " --help`",
                2),
            new Said(
                "There is no record of the request; on stdout",
                "find r-3",
                Map.of(),
                "There is no record of <id>: it was never published, is older than --from, or the"
                    + " topics' retention has deleted it",
                1),
            new Said(
                "A record that cannot be decoded may be of the request",
                "find r-2",
                Map.of(),
                "find: records that cannot be decoded are not compared; the first is <position>:"
                    + " <error>",
                1),
            new Said(
                "No worker has read the request; on stdout",
                "find r-1",
                Map.of(),
                "No worker has read it yet: about <number> records of its partition come before it."
                    + " No worker is in group <group> now.",
                0),
            new Said(
                "Topics are missing",
                "find r-1",
                Map.of("TOPICS_USAGE", "no-usage", "TOPICS_FAILURES", "no-failures"),
                "Missing topics: <names>; make them with `completion-worker topics`",
                1),
            new Said(
                "Rows cannot be decoded",
                "usage",
                Map.of(),
                "usage: The sums lack 1 row that cannot be decoded; the first is <position>:"
                    + " <error>",
                1),
            new Said(
                "No row can be of that time",
                "usage --from today --to 2026-01-31",
                Map.of(),
                "--from must be before --to, and is <what>; see `completion-worker usage --help`",
                2),
            new Said(
                "A column is unknown",
                "usage --by modell",
                Map.of(),
                "--by: usage rows cannot be told apart by '<what>'; did you mean <column>?; see"
                    + " `completion-worker usage --help`",
                2),
            new Said(
                "No broker answers",
                "usage",
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"),
                "No answer from the brokers at <brokers> within 7 s; see kafka.bootstrap.servers and"
                    + " kafka.security.protocol",
                1),
            new Said(
                "No model is named",
                "ask why",
                Map.of(),
                "Missing required option: '--model=NAME'; see `completion-worker ask --help`",
                2),
            new Said(
                "A class is named, and no classes are configured",
                "ask --model m --class urgent why",
                Map.of(),
                "--class: no classes are configured; see the setting classes; see"
                    + " `completion-worker ask --help`",
                2),
            new Said(
                "Nothing is asked",
                "ask --model m ",
                Map.of(),
                "TEXT is empty; see `completion-worker ask --help`",
                2),
            new Said(
                "A topic is missing",
                "ask --model m why",
                Map.of("TOPICS_REQUESTS", "no-requests"),
                "Missing topics: <name>; make them with `completion-worker topics`",
                1),
            new Said(
                "No outcome comes in time",
                "ask --model m why --timeout 1",
                Map.of(),
                "No outcome within <seconds and why>. What became of the request: `completion-worker find <id>"
                    + " --from <time>`",
                1)));
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>("completion-" + topic, value.getBytes(StandardCharsets.UTF_8));
  }
}
