// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionControl;
import io.completionworker.config.Limits;
import io.completionworker.config.WorkerConfig;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.Selector;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import io.completionworker.format.ValueSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands write to the topic of controls, and what they read from it. */
class ControlCommandIT extends InProcessCli {

  private static final String TOPIC = "completion-controls";

  private final EmbeddedBroker broker = SharedBroker.borrow();

  @BeforeEach
  void useTheBroker() {
    broker.createTopic(TOPIC, 1, Map.of("cleanup.policy", "compact"));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("VALUE_FORMAT", "json");
  }

  @AfterEach
  void giveTheBrokerBack() {
    SharedBroker.giveBack(broker);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "avro"})
  void shouldWriteTheControlThatWasAskedFor(String format) {
    environment.put("VALUE_FORMAT", format);
    Instant before = Instant.now().minusMillis(1);

    run("control cancel --batch b-7 --metadata a=1 --by ops --reason wrong --expires-in 1h");
    run("control pause --virtual-key vk-* --model gpt-4o --trace t --user u --by ops");
    run("control limit --everything --requests-per-minute 60 --max-in-flight 2 --by ops");

    List<Control> controls = written();
    assertThat(controls).hasSize(3);
    Control.Cancel cancel = (Control.Cancel) controls.get(0);
    assertThat(cancel.selector())
        .isEqualTo(new Selector(null, "b-7", null, null, null, null, Map.of("a", "1")));
    assertThat(cancel.publishedBefore()).isBetween(before, Instant.now());
    assertThat(cancel.origin())
        .isEqualTo(
            new Control.Origin(
                cancel.origin().id(),
                cancel.publishedBefore(),
                "ops",
                "wrong",
                cancel.publishedBefore().plus(Duration.ofHours(1))));
    assertThat(((Control.Pause) controls.get(1)).selector())
        .isEqualTo(new Selector(null, null, "t", "u", "vk-*", "gpt-4o", Map.of()));
    assertThat(((Control.Limit) controls.get(2)).limits())
        .isEqualTo(new Limits(null, 60.0, null, null, null, 2));
    assertThat(controls.get(2).selector()).isEqualTo(Selector.ALL);
  }

  @Test
  void shouldSayWhoeverUsesTheSystemMadeItUnlessToldOtherwise() {
    run("control pause --everything");

    assertThat(written().get(0).origin().createdBy()).isEqualTo(System.getProperty("user.name"));
  }

  @Test
  void shouldShowTheTopicByTailWithoutVirtualKeys() {
    run("control pause --virtual-key vk-1 --model gpt-4o --id p --by ops --reason wrong");
    run("control withdraw p");

    assertThat(run("tail controls --from earliest --until-end").lines())
        .hasSize(2)
        .first()
        .asString()
        .containsPattern(
            "key=p kind=PAUSE virtual-key=sha256:[0-9a-f]{16} model=gpt-4o by=ops \"wrong\"");
    assertThat(out.toString()).contains("key=p no value").doesNotContain("vk-1");
  }

  @Test
  void shouldReplaceAControlByTheSameCommand() {
    String first = run("control cancel --batch b-7 --reason first");
    String second = run("batch cancel b-7 --reason second");

    assertThat(id(first)).isEqualTo(id(second));
    assertThat(second)
        .startsWith("Cancelled batch b-7: requests published before ")
        .endsWith(
            "(control %s). Undo: `completion-worker control withdraw %s`\n"
                .formatted(id(first), id(first)));
    assertThat(listed())
        .singleElement()
        .satisfies(one -> assertThat(one.path("reason").asText()).isEqualTo("second"));
  }

  @Test
  void shouldResumeWhatWasPausedByTheSameOptions() {
    String id = id(run("control pause --batch b-7 --model gpt-4o"));
    run("control pause --batch b-7 --model gpt-4o --id own");
    run("control pause --everything --id other");

    assertThat(run("control resume --model gpt-4o --batch b-7").lines())
        .containsExactly(
            "Withdrew own (batch b-7, model gpt-4o): calls start again",
            "Withdrew " + id + " (batch b-7, model gpt-4o): calls start again",
            "Still paused by other: everything");
    assertThat(listed())
        .singleElement()
        .satisfies(one -> assertThat(one.path("id").asText()).isEqualTo("other"));
    assertThat(run("control resume --id other"))
        .isEqualTo("Withdrew other (everything): calls start again\n");
    assertThat(listed()).isEmpty();
  }

  @Test
  void shouldSayThatThereIsNoSuchPause() {
    run("control cancel --batch b-7 --id c");

    assertThat(execute("control", "resume", "--batch", "b-7")).isEqualTo(1);
    assertThat(execute("control", "resume", "--id", "none")).isEqualTo(1);
    assertThat(execute("control", "resume", "--id", "c")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly(
            "There is no pause of batch b-7; see `completion-worker control list`",
            "There is no control none; see `completion-worker control list`",
            "c is no pause; `completion-worker control withdraw` withdraws it");
    assertThat(listed()).hasSize(1);
  }

  @Test
  void shouldSayWhatAWithdrawalDoesNotUndo() {
    run("control cancel --batch b-7 --id c");
    run("control limit --model m --max-in-flight 1 --id l");

    assertThat(execute("control", "withdraw", "c", "none", "l", "c")).isEqualTo(1);

    assertThat(out.toString().lines())
        .containsSubsequence(
            "Withdrew c (batch b-7): requests without an outcome are called. Those that it has ended"
                + " stay ended; send them again with `completion-worker redrive --reason CANCELLED"
                + " --batch b-7`",
            "Withdrew l (model m): the configured limits hold again");
    assertThat(err.toString().strip())
        .isEqualTo("There is no control none; see `completion-worker control list`");
    assertThat(listed()).isEmpty();
  }

  @Test
  void shouldListWhatWorkersIgnoreAndWithdrawIt() {
    send("odd", new byte[] {7});
    send("empty", "{\"kind\":\"PAUSE\",\"created_at\":1}".getBytes(StandardCharsets.UTF_8));
    send("newer", "{\"kind\":\"BUDGET\",\"created_at\":1}".getBytes(StandardCharsets.UTF_8));

    assertThat(listed())
        .extracting(one -> one.path("id").asText() + ": " + one.path("fault").asText())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("empty: nothing is selected"),
            line -> assertThat(line).startsWith("newer: "),
            line -> assertThat(line).startsWith("odd: ").hasSizeGreaterThan(6));
    assertThat(run("control list")).contains("is ignored, since it cannot be read");
    assertThat(run("control withdraw odd empty newer").lines())
        .contains("Withdrew odd, which could not be read as a control");
    assertThat(run("control list")).isEqualTo("There is no control\n");
  }

  @Test
  void shouldWriteNothingInADryRun() {
    run("control cancel --everything --dry-run");
    run("batch cancel b-7 --dry-run");

    assertThat(records()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "control cancel --batch b",
        "control list",
        "control resume --everything",
        "control withdraw c",
        "batch cancel b"
      })
  void shouldNameTheCommandThatMakesAMissingTopicAndMakeNone(String command) throws Exception {
    environment.put("TOPICS_CONTROLS", "no-controls");

    assertThat(execute(command.split(" "))).isEqualTo(1);

    assertThat(err.toString().strip())
        .isEqualTo("Missing topics: no-controls; make them with `completion-worker topics`");
    try (Admin admin = broker.admin()) {
      assertThat(admin.listTopics().names().get()).containsExactly(TOPIC);
    }
  }

  @Test
  @Tag("long")
  void shouldSayInOneLineThatNoBrokerAnswers() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + socket.getLocalPort());
    }

    assertThat(execute("control", "cancel", "--everything")).isEqualTo(1);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .matches("No answer from the brokers at 127.0.0.1:\\d+ within 7 s; see kafka.*");
  }

  /** As submit does. */
  @Test
  void shouldWriteNothingWhenTheRegistryHasNoSuchSchemaAndMayNotGetIt() {
    environment.put("VALUE_FORMAT", "avro");
    environment.put("SCHEMA_REGISTRY_URL", "mock://control-without-schemas");
    environment.put("AUTO_REGISTER_SCHEMAS", "false");

    assertThat(execute("control", "cancel", "--batch", "b")).isEqualTo(1);

    assertThat(err.toString()).startsWith("The control was not written: ");
    assertThat(records()).isEmpty();
  }

  private String run(String command) {
    out.getBuffer().setLength(0);
    assertThat(execute(command.split(" "))).as("%s: %s", command, err).isZero();
    return out.toString();
  }

  private static String id(String line) {
    Matcher found = Pattern.compile("\\(control ([a-z0-9-]+)\\)").matcher(line);
    assertThat(found.find()).as(line).isTrue();
    return found.group(1);
  }

  private List<JsonNode> listed() {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> all = new ArrayList<>();
    for (String line : run("control list --output json").lines().toList()) {
      try {
        all.add(json.readTree(line));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  /** The controls on the topic as workers read them, in the order in which they were written. */
  private List<Control> written() {
    try (var values =
        ValueSerdes.of(WorkerConfig.load(Optional.empty(), environment))
            .forValues(CompletionControl.class)
            .deserializer()) {
      return records().stream()
          .map(
              found ->
                  ControlRecord.control(
                      new String(found.key(), StandardCharsets.UTF_8),
                      values.deserialize(TOPIC, found.headers(), found.value())))
          .toList();
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> where = List.of(new TopicPartition(TOPIC, 0));
      consumer.assign(where);
      consumer.seekToBeginning(where);
      long end = consumer.endOffsets(where).getOrDefault(where.get(0), 0L);
      while (consumer.position(where.get(0)) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  private void send(String id, byte @Nullable [] value) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var sent =
          producer.send(new ProducerRecord<>(TOPIC, id.getBytes(StandardCharsets.UTF_8), value));
      producer.flush();
      assertThat(sent).isDone();
    }
  }
}
