// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.config.WorkerConfig;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.format.ValueSerdes;
import io.completionworker.secrets.SearchedWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker and its commands with values of JSON, and no schema registry. */
class JsonValuesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final Map<String, String> FORMAT =
      Map.of("value.format", "json", "usage.window.ms", "1000", "usage.window.grace.ms", "0");

  @Test
  void shouldWriteJsonOnEveryTopicWithoutARegistry() {
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        KafkaConsumer<String, byte[]> outputs =
            stand.committed(Stand.TOPICS.subList(1, Stand.TOPICS.size()).toArray(String[]::new));
        SearchedWorker worker = stand.start(FORMAT)) {
      stand.publishRaw("k", request("r-1", "").getBytes(UTF_8));
      stand.publishRaw("k", request("r-2", ",\"stream\":true").getBytes(UTF_8));
      stand.publishRaw("k", request("r-3", ",\"temperature\":9").getBytes(UTF_8));
      stand.publishRaw("k", new byte[] {0, 0, 0, 0, 1, 2});
      stand.publishRaw("k", "{\"model\":\"m\",\"messages\":[{\"role\":7}]}".getBytes(UTF_8));

      Map<String, List<ConsumerRecord<String, byte[]>>> found = new HashMap<>();
      await()
          .atMost(LONG)
          .until(
              () -> {
                outputs
                    .poll(Duration.ofMillis(200))
                    .forEach(r -> found.computeIfAbsent(r.topic(), t -> new ArrayList<>()).add(r));
                return found.size() == Stand.TOPICS.size() - 1
                    && of(found, "completion-responses").size() == 2
                    && of(found, "completion-dead-letters").size() == 2;
              });

      assertThat(ids(of(found, "completion-responses"))).containsExactlyInAnyOrder("r-1", "r-2");
      assertThat(ids(of(found, "completion-failures"))).containsExactly("r-3");
      assertThat(ids(of(found, "completion-chunks"))).containsOnly("r-2");
      assertThat(ids(of(found, "completion-usage"))).contains("r-1");
      assertThat(json(of(found, "completion-usage-windows").get(0)).path("calls").asInt())
          .isPositive();
      assertThat(messages(of(found, "completion-dead-letters")))
          .anySatisfy(message -> assertThat(message).contains("value.format is json"))
          .anySatisfy(message -> assertThat(message).contains("messages[0].role is not a string"));
      assertThat(worker.notReadyReasons()).isEmpty();
      assertThat(stand.registry.authorizations()).as("nobody asked a registry").isEmpty();
    }
  }

  @Test
  @Tag("long")
  void shouldServeEveryCommand() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        SearchedWorker worker = stand.start(FORMAT)) {
      String config = stand.file(FORMAT).toString();
      Path out = stand.directory.resolve("answers.jsonl");
      Path lines = Files.writeString(stand.directory.resolve("lines.jsonl"), lines());

      assertThat(run(stand, "check", "--config", config).out())
          .contains("ok   registry: not needed: value.format is json");
      assertThat(
              run(stand, "batch", "--config", config, "--out", out.toString(), lines.toString())
                  .err())
          .contains("3 of 3 requests");
      assertThat(Files.readAllLines(out)).hasSize(3).allMatch(line -> line.contains("\"c-"));
      RunningCommand tail =
          run(
              stand,
              "tail",
              "requests",
              "--config",
              config,
              "--from",
              "earliest",
              "--until-end",
              "--output",
              "json");
      assertThat(tail.out().lines()).hasSize(3);
      assertThat(JSON.readTree(tail.out().lines().findFirst().orElseThrow()).at("/value/model"))
          .hasToString("\"gpt-4o-mini\"");

      stand.publishRaw("k", request("r-1", ",\"temperature\":9").getBytes(UTF_8));
      try (KafkaConsumer<String, byte[]> failures = stand.committed("completion-failures")) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        await().atMost(LONG).until(() -> poll(failures, found).size() == 1);
        RunningCommand redrive =
            run(stand, "redrive", "--config", config, "--reason", "INVALID_REQUEST");
        assertThat(redrive.all()).contains("sent 1");
        await().atMost(LONG).until(() -> poll(failures, found).size() == 2);
        assertThat(ids(found)).containsExactly("r-1", "r-1");
        assertThat(found.get(1).headers().lastHeader("redrive_count")).isNotNull();
      }
      assertThat(worker.live()).isTrue();
      assertThat(stand.registry.authorizations()).as("nobody asked a registry").isEmpty();
    }
  }

  /** What stands in the store was accepted under the format of before. */
  @ParameterizedTest
  @ValueSource(strings = {"avro", "json"})
  void shouldAnswerWhatWasAcceptedBeforeTheFormatWasChanged(String before) throws Exception {
    String after = before.equals("avro") ? "json" : "avro";
    Behaviour silent = Behaviour.builder().respondWith(call -> Reply.silence()).build();
    try (Stand stand = new Stand(silent, 2);
        KafkaConsumer<String, byte[]> outputs =
            stand.committed("completion-responses", "completion-dead-letters")) {
      try (SearchedWorker first = stand.start(settings(stand, before))) {
        publish(stand, before);
        await().atMost(LONG).until(() -> stand.endpoint.open() == 20);
        assertThat(first.live()).isTrue();
      }
      stand.endpoint.behave(Behaviour.instant());

      List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
      Map<String, String> changed = settings(stand, after);
      try (SearchedWorker second = stand.start(changed);
          Deserializer<CompletionResponse> responses =
              ValueSerdes.of(WorkerConfig.load(Optional.of(stand.file(changed)), Map.of()))
                  .forValues(CompletionResponse.class)
                  .deserializer()) {
        await().atMost(LONG).until(() -> poll(outputs, found).size() == 20);

        assertThat(found)
            .allSatisfy(
                record -> {
                  assertThat(record.topic()).isEqualTo("completion-responses");
                  CompletionResponse response =
                      responses.deserialize(record.topic(), record.value());
                  assertThat(response.getRequestId()).startsWith("r-");
                  assertThat(response.getCallDetails().getRecovered()).isTrue();
                });
        assertThat(second.notReadyReasons()).isEmpty();

        publish(stand, before); // a producer that nobody told
        await().atMost(LONG).until(() -> poll(outputs, found).size() == 40);
        assertThat(found.subList(20, 40))
            .allMatch(record -> record.topic().equals("completion-dead-letters"));
      }
    }
  }

  private static List<ConsumerRecord<String, byte[]>> of(
      Map<String, List<ConsumerRecord<String, byte[]>>> found, String topic) {
    return found.getOrDefault(topic, List.of());
  }

  private static Map<String, String> settings(Stand stand, String format) {
    return Map.of(
        "value.format",
        format,
        "schema.registry.url",
        stand.registry.url(),
        "hold.brake.share",
        "0",
        "shutdown.drain.ms",
        "100");
  }

  private static void publish(Stand stand, String format) {
    if (format.equals("avro")) {
      stand.publish(0, 20, 5);
      return;
    }
    for (int i = 0; i < 20; i++) {
      stand.publishRaw("k-" + i % 5, request("r-" + i, "").getBytes(UTF_8));
    }
  }

  private static String request(String id, String more) {
    return "{\"request_id\":\"%s\",\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}]%s}"
        .formatted(id, more);
  }

  private static String lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= 3; i++) {
      lines.append(
          "{\"custom_id\":\"c-%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}\n"
              .formatted(
                  i,
                  "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                      + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                      + "\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":\"auto\"}"));
    }
    return lines.toString();
  }

  private static RunningCommand run(Stand stand, String... arguments) throws Exception {
    RunningCommand command = new CommandThread(stand.directory, List.of(arguments));
    assertThat(command.await()).as(command.all()).isZero();
    return command;
  }

  private static List<ConsumerRecord<String, byte[]>> poll(
      KafkaConsumer<String, byte[]> consumer, List<ConsumerRecord<String, byte[]>> found) {
    consumer.poll(Duration.ofMillis(200)).forEach(found::add);
    return found;
  }

  private static List<String> ids(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream().map(record -> json(record).path("request_id").asText()).toList();
  }

  private static JsonNode json(ConsumerRecord<String, byte[]> record) {
    try {
      return JSON.readTree(new String(record.value(), UTF_8));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> messages(List<ConsumerRecord<String, byte[]>> letters) {
    return letters.stream()
        .map(
            letter ->
                new String(letter.headers().lastHeader("__streams.errors.message").value(), UTF_8))
        .toList();
  }
}
