// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.config.WorkerConfig;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import io.completionworker.fixtures.UsageRows;
import io.completionworker.format.ValueSerdes;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How far a batch is, and what controls it and its requests, by what is on the topics. */
class BatchStatusIT extends InProcessCli {

  private static final List<String> TOPICS =
      List.of("requests", "responses", "usage", "failures", "dead-letters");

  private static final String REQUEST =
      "{\"request_id\":\"batch:%s:%d:c\",\"model\":\"gpt-4o\",\"user\":\"%s\","
          + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  private static final String RESPONSE =
      "{\"request_id\":\"batch:%s:%d:c\",\"id\":\"i\",\"object\":\"o\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[],\"gateway\":{\"status\":200},\"call_details\":{\"call_id\":\"i\","
          + "\"attempts\":1,\"queued_at\":1,\"called_at\":1,\"completed_at\":%d}}";

  private static final String FAILURE =
      "{\"request_id\":\"batch:%s:%d:c\",\"reason\":\"%s\",\"retryable\":false,\"message\":\"no\","
          + "\"violations\":[],\"attempts\":[],\"source_topic\":\"completion-requests\","
          + "\"source_partition\":0,\"source_offset\":%d,\"source_timestamp\":1,\"failed_at\":%d,"
          + "\"recovered\":false}";

  private final EmbeddedBroker broker = SharedBroker.borrow();
  private final ObjectMapper json = new ObjectMapper();
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void useTheBroker() {
    TOPICS.forEach(topic -> broker.createTopic("completion-" + topic, 2, Map.of()));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("VALUE_FORMAT", "json");
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void giveTheBrokerBack() {
    producer.close();
    SharedBroker.giveBack(broker);
  }

  @Test
  void shouldShowOutcomesByKindCostAndWhatIsLeft() throws Exception {
    for (int line = 1; line <= 5; line++) {
      request("b-7", line, Map.of());
    }
    request("b-7", 8, Map.of("completion-batch-size", "6", "completion-batch-digest", "d"));
    request("b-8", 1, Map.of());
    answer("b-7", 1);
    answer("b-7", 2);
    answer("b-8", 1);
    failure("b-7", 3, "NOT_FOUND");
    usage("batch:b-7:1:c", "0.25");
    usage("batch:b-8:1:c", "7");

    assertThat(run("batch status b-7").lines())
        .contains(
            "b-7: 3 of 6 requests have their outcome",
            "answer            2  33.3 %",
            "NOT_FOUND         1  16.7 %",
            "none yet          3  50.0 %",
            "1 call so far, 15 tokens, 0.25 USD");
    JsonNode status = json.readTree(run("batch status b-7 --output json"));
    assertThat(status.path("requests").asInt()).isEqualTo(6);
    assertThat(status.path("missing").asInt()).isEqualTo(3);
    assertThat(status.at("/failures_by_reason/NOT_FOUND").asInt()).isEqualTo(1);
    assertThat(status.at("/usage/cost/USD").asText()).isEqualTo("0.25");
    assertThat(status.path("outcomes_per_second").asDouble()).isPositive();
  }

  @Test
  void shouldSayThatThereIsNoSuchBatch() {
    request("b-8", 1, Map.of());

    assertThat(execute("batch", "status", "b-7")).isEqualTo(1);

    assertThat(err.toString()).contains("No record of batch b-7 is on the topics since earliest");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldSayHowManyRecordsAreNotCounted() {
    request("b-7", 1, Map.of());
    send("responses", "odd", "{", Map.of());

    assertThat(run("batch status b-7")).contains("b-7: 0 of at least 1 requests");
    assertThat(err.toString())
        .contains("batch status: 1 record that cannot be decoded may be of it; the first is ");
  }

  @Test
  void shouldSayWhoCancelledOrPausedIt() throws Exception {
    request("b-7", 1, Map.of());
    assertThat(run("batch status b-7")).doesNotContain("Cancelled", "Paused");

    controlTopic();
    run("batch cancel b-7 --by ops --reason wrong --id c");
    run("control pause --everything --by night --id p");
    run("control pause --batch b-7 --user u --by day --id part");

    assertThat(run("batch status b-7"))
        .containsPattern("Cancelled at \\S+ by ops \\(wrong\\) with control c: those published")
        .containsPattern("Paused at \\S+ by night with control p, until")
        .containsPattern("Some requests: Paused at \\S+ by day with control part, until");
    assertThat(json.readTree(run("batch status b-7 --output json")).path("controls"))
        .extracting(control -> control.path("id").asText())
        .containsExactly("c", "p", "part");
  }

  @Test
  void shouldFollowABatchUntilItIsComplete() {
    request("b-7", 1, Map.of());
    request("b-7", 2, Map.of("completion-batch-size", "2", "completion-batch-digest", "d"));
    answer("b-7", 1);
    CompletableFuture<String> status =
        CompletableFuture.supplyAsync(() -> run("batch status b-7 --watch"));
    await().until(() -> Thread.getAllStackTraces().keySet().stream().anyMatch(this::isWatching));
    assertThat(status).isNotDone();

    answer("b-7", 2);

    assertThat(status)
        .succeedsWithin(Duration.ofMinutes(1))
        .asString()
        .startsWith("b-7: 2 of 2 requests have their outcome");
  }

  private boolean isWatching(Thread thread) {
    return thread.getName().equals("completion-group");
  }

  @Test
  void shouldListBatchesWithTheirCounts() {
    request("b-7", 1, Map.of());
    request("b-7", 2, Map.of("completion-batch-size", "2", "completion-batch-digest", "d"));
    request("b-8", 1, Map.of());
    answer("b-7", 1);
    failure("b-8", 1, "NOT_FOUND");
    send("requests", "other", "{\"model\":\"m\",\"messages\":[]}", Map.of());

    List<String> lines = run("batch list --from earliest").lines().toList();

    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).matches("b-7 +2 +1 +0 +1 +2\\S+Z");
    assertThat(lines.get(2)).matches("b-8 +at least 1 +0 +1 +0 +2\\S+Z");
    assertThat(run("batch list --output json").lines()).hasSize(2);
  }

  @Test
  @Tag("long")
  void shouldSayInFindWhatHoldsForTheRequest() throws Exception {
    request("b-7", 1, Map.of());
    request("b-7", 2, Map.of());
    request("b-7", 3, Map.of("x-portkey-metadata", "{\"tenant\":\"acme\"}"));
    answer("b-7", 2);
    assertThat(run("find batch:b-7:1:c")).doesNotContain("Cancelled", "Paused");

    controlTopic();
    run("control cancel --request batch:b-7:1:c --by ops --id c1");
    run("control cancel --request batch:b-7:2:c --by ops --id c2");
    run("control pause --metadata tenant=acme --model gpt-4* --by night --id p");
    run("control pause --user nobody --by night --id other");

    assertThat(run("find batch:b-7:1:c"))
        .containsPattern("\nCancelled at \\S+ by ops with control c1: no call starts for it")
        .doesNotContain("Paused", "c2");
    assertThat(run("find batch:b-7:2:c"))
        .contains("Answered")
        .containsPattern("Cancelled at \\S+ by ops with control c2, which came after its answer");
    assertThat(run("find batch:b-7:3:c"))
        .containsPattern("\nPaused at \\S+ by night with control p: no call starts for it until");
    assertThat(json.readTree(run("find batch:b-7:3:c --output json")).path("controls"))
        .extracting(control -> control.path("id").asText())
        .containsExactly("p");
  }

  private void controlTopic() {
    broker.createTopic("completion-controls", 1, Map.of("cleanup.policy", "compact"));
  }

  private void request(String batch, int line, Map<String, String> headers) {
    send("requests", "k", REQUEST.formatted(batch, line, "user-1"), headers);
  }

  private void answer(String batch, int line) {
    long now = Instant.now().toEpochMilli();
    send("responses", "k", RESPONSE.formatted(batch, line, now), Map.of());
  }

  private void failure(String batch, int line, String reason) {
    long now = Instant.now().toEpochMilli();
    send("failures", "k", FAILURE.formatted(batch, line, reason, line, now), Map.of());
  }

  private void usage(String id, String cost) {
    CompletionUsage row =
        UsageRows.row()
            .setRequestId(id)
            .setPromptTokens(10)
            .setCompletionTokens(5)
            .setCost(new BigDecimal(cost).setScale(10))
            .setCurrency("USD")
            .build();
    try (var values =
        ValueSerdes.of(WorkerConfig.load(Optional.empty(), environment))
            .forValues(CompletionUsage.class)
            .serializer()) {
      byte[] value = values.serialize("completion-usage", row);
      send("usage", "k", new String(value, StandardCharsets.UTF_8), Map.of());
    }
  }

  private void send(String topic, String key, String value, Map<String, String> headers) {
    var record =
        new ProducerRecord<>(
            "completion-" + topic,
            key.getBytes(StandardCharsets.UTF_8),
            value.getBytes(StandardCharsets.UTF_8));
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    var sent = producer.send(record);
    producer.flush();
    assertThat(sent).isDone();
  }

  private String run(String command) {
    out.getBuffer().setLength(0);
    assertThat(execute(command.split(" "))).as("%s: %s", command, err).isZero();
    return out.toString();
  }
}
