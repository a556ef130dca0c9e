// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Message;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import io.completionworker.format.ValueSerdes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands of a worker with several classes of requests. No worker runs. */
class ClassCommandsIT extends InProcessCli {

  private static final String BULK = "completion-requests-bulk";

  private final EmbeddedBroker broker = SharedBroker.borrow();

  @BeforeEach
  void makeTheTopics() {
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("VALUE_FORMAT", "json");
    environment.put("CLASSES", "urgent,standard,bulk");
    assertThat(done("topics", "--partitions", "2"))
        .contains(
            "completion-requests-urgent: created, 2 partitions",
            "completion-requests: created, 2 partitions",
            "completion-requests-bulk: created, 2 partitions");
  }

  @AfterEach
  void giveTheBrokerBack() {
    SharedBroker.giveBack(broker);
  }

  @Test
  void shouldPublishInTheClassThatIsNamedAndFindItThere() throws IOException {
    assertThat(submit("--class", "bulk", "--batch", "b"))
        .contains("1 of 1 requests are on " + BULK);
    assertThat(submit("--batch", "s")).contains("1 of 1 requests are on completion-requests,");

    assertThat(done("find", "batch:b:1:a"))
        .contains("No worker is in group completion-worker-bulk now.", "Its class is bulk.");
    assertThat(done("find", "batch:s:1:a", "--output", "json")).contains("\"class\":\"standard\"");
    assertThat(done("batch", "status", "b")).contains("0 of 1");
    assertThat(done("batch", "list").lines().map(line -> line.replaceFirst(" .*", "")))
        .contains("b", "s");
  }

  @Test
  void shouldNotPublishABatchInTwoClasses() throws IOException {
    submit("--class", "bulk", "--batch", "b");

    assertThat(execute("submit", "--class", "urgent", "--batch", "b", file())).isEqualTo(2);
    assertThat(err.toString()).contains("batch b was begun on " + BULK);
    assertThat(tail("urgent")).isEmpty();
    assertThat(submit("--class", "bulk", "--batch", "b")).contains("1 of them from before");
    assertThat(tail("bulk")).hasSize(1);
  }

  @Test
  void shouldAskInTheClassThatIsNamed() {
    assertThat(execute("ask", "--model", "m", "--class", "urgent", "--timeout", "4", "why"))
        .isEqualTo(1);

    assertThat(err.toString()).contains("no worker is in group completion-worker-urgent");
    assertThat(tail("urgent")).hasSize(1);
  }

  @Test
  void shouldFollowTheRequestsOfEveryClassOrOfOne() throws IOException {
    submit("--class", "bulk", "--batch", "b");
    submit("--class", "urgent", "--batch", "u");

    assertThat(tail("bulk")).singleElement().asString().contains("id=batch:b:1:a");
    assertThat(done("tail", "requests", "--from", "earliest", "--until-end").lines()).hasSize(2);
    assertThat(done("tail", "requests", "-n", "1").lines())
        .singleElement()
        .asString()
        .contains("id=batch:u:1:a");
  }

  @Test
  void shouldSendARequestBackToItsClass() throws IOException {
    submit("--class", "bulk", "--batch", "b");
    publish("completion-failures", failure(), Map.of());
    publish(
        "completion-dead-letters",
        "x".getBytes(StandardCharsets.UTF_8),
        Map.of(
            "__streams.errors.topic", BULK,
            "__streams.errors.partition", "1",
            "__streams.errors.offset", "0"));

    assertThat(done("redrive")).contains("sent 1");
    assertThat(done("redrive")).contains("sent 0", "left 1 sent before");
    assertThat(done("redrive", "--dead-letters")).contains("sent 1");

    assertThat(tail("bulk")).hasSize(3);
    assertThat(tail("standard")).isEmpty();
  }

  @Test
  void shouldKeepARequestWhoseClassIsNotConfiguredAnyMoreUntilItIsAskedFor() throws IOException {
    submit("--class", "bulk", "--batch", "b");
    publish("completion-failures", failure(), Map.of());
    environment.put("CLASSES", "urgent,standard");

    assertThat(done("redrive")).contains("sent 0", "left 1 older than the request topic");
    assertThat(done("redrive", "--unproven")).contains("sent 1");

    assertThat(tail("standard")).hasSize(1);
  }

  @Test
  void shouldAddPartitionsToTheTopicOfEveryClassOrOfOne() {
    assertThat(done("topics", "repartition", "--class", "bulk", "--partitions", "3"))
        .contains(BULK + ": 2 partitions became 3")
        .doesNotContain("completion-requests:");
    assertThat(done("topics", "repartition", "--partitions", "4"))
        .contains(
            "completion-requests-urgent: 2 partitions became 4",
            "completion-requests: 2 partitions became 4",
            BULK + ": 3 partitions became 4");
  }

  @Test
  void shouldCheckTheTopicAndTheGroupOfEachClass() throws IOException {
    submit("--class", "bulk", "--batch", "b");

    assertThat(execute("check")).as("the requests of bulk came before its first start").isOne();
    assertThat(out.toString())
        .contains(
            "ok   topic completion-requests-urgent: 2 partitions",
            "ok   group: completion-worker-urgent may be read",
            "ok   start: Group completion-worker is new, and completion-requests has no records",
            "FAIL start: Group completion-worker-bulk has no committed offsets",
            "no worker is in group completion-worker-bulk; up to");
  }

  private String submit(String... options) throws IOException {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "submit";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[arguments.length - 1] = file();
    return done(arguments);
  }

  private String file() throws IOException {
    String line =
        "{\"custom_id\":\"a\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
            + "\"content\":\"x\"}]}}\n";
    return Files.writeString(directory.resolve("requests.jsonl"), line).toString();
  }

  /** Returns the requests of a class, a line for each. */
  private List<String> tail(String name) {
    return done("tail", "requests", "--class", name, "--from", "earliest", "--until-end")
        .lines()
        .toList();
  }

  /** Runs a command that must succeed, and returns what it has printed on stdout. */
  private String done(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    assertThat(execute(arguments)).as("%s", err).isZero();
    return out.toString();
  }

  private byte[] failure() {
    CompletionRequest request =
        CompletionRequest.newBuilder()
            .setRequestId("r-1")
            .setModel("m")
            .setMessages(List.of(Message.newBuilder().setRole("user").setContent("x").build()))
            .build();
    CompletionFailure failure =
        CompletionFailure.newBuilder()
            .setRequestId("r-1")
            .setReason(FailureReason.OVERLOADED)
            .setRetryable(true)
            .setMessage("Too much")
            .setViolations(List.of())
            .setAttempts(List.of())
            .setSourceTopic(BULK)
            .setSourcePartition(1)
            .setSourceOffset(0)
            .setSourceTimestamp(Instant.now())
            .setFailedAt(Instant.now())
            .setRecovered(false)
            .setRequest(request)
            .build();
    WorkerSettings settings = WorkerConfig.load(Optional.empty(), environment);
    return ValueSerdes.of(settings)
        .forValues(CompletionFailure.class)
        .serializer()
        .serialize("completion-failures", failure);
  }

  private void publish(String topic, byte[] value, Map<String, String> headers) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      assertThat(producer.send(record)).succeedsWithin(Duration.ofSeconds(30));
    }
  }
}
