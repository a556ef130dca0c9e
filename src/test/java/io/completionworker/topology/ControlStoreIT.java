// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.control.ControlRecord;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Kafka Streams does with a global store, which no release of it promises in so many words.
 */
class ControlStoreIT {

  private static final String CONTROLS = WorkerTopology.TOPICS.controls();
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path state;

  private final EmbeddedBroker broker = SharedBroker.borrow();
  private final List<String> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void makeTopics() {
    broker.createTopic(WorkerTopology.TOPICS.requests(), 2, Map.of());
    broker.createTopics(WorkerTopology.TOPICS.outputs(), 2, Map.of());
    broker.createTopic(CONTROLS, 2, Map.of("cleanup.policy", "compact"));
  }

  @AfterEach
  void giveBack() {
    SharedBroker.giveBack(broker);
  }

  @Test
  void shouldPassOnAllControlsBeforeATaskRunsAtEachStartAndNewOnesLater() throws Exception {
    for (int i = 0; i < 50; i++) {
      put("c-" + i % 10, "version " + i);
    }
    put("c-3", null);

    startAndAssertThatTheFirstAre(51);
    startAndAssertThatTheFirstAre(52);
  }

  private void startAndAssertThatTheFirstAre(int controls) throws Exception {
    events.clear();
    try (KafkaStreams streams = new KafkaStreams(topology(), settings())) {
      streams.start();
      await().atMost(LONG).until(() -> tasks() == 2);

      assertThat(events.subList(0, controls)).allMatch(event -> event.startsWith("control c-"));
      assertThat(events.subList(controls, events.size()))
          .allMatch(event -> event.startsWith("task 0_"));
      assertThat(ofControl("c-3")).hasSize(6).last().isEqualTo("control c-3 withdrawn");
      assertThat(ofControl("c-4"))
          .containsExactly(
              "control c-4 version 4",
              "control c-4 version 14",
              "control c-4 version 24",
              "control c-4 version 34",
              "control c-4 version 44");

      put("c-new-" + controls, "while it runs");
      await()
          .atMost(LONG)
          .until(() -> events.contains("control c-new-" + controls + " while it runs"));
    }
  }

  private List<String> ofControl(String id) {
    return events.stream().filter(event -> event.startsWith("control " + id + " ")).toList();
  }

  private int tasks() {
    return (int) events.stream().filter(event -> event.startsWith("task ")).distinct().count();
  }

  private Topology topology() {
    return new CompletionTopology(
            WorkerTopology.TOPICS, FirstStep::new, NoWindows::new, this::control, null)
        .build();
  }

  private void control(ControlRecord record) {
    byte[] value = record.value();
    events.add(
        "control " + record.id() + " " + (value == null ? "withdrawn" : new String(value, UTF_8)));
  }

  private void put(String id, @Nullable String value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  CONTROLS, id.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8)))
          .get();
    }
  }

  private Properties settings() {
    Properties settings = new Properties();
    settings.put("application.id", "controls");
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("state.dir", state.toString());
    settings.put("num.stream.threads", "2");
    settings.put("session.timeout.ms", "6000");
    settings.put("heartbeat.interval.ms", "1000");
    return settings;
  }

  private final class FirstStep implements Processor<byte[], byte[], byte[], Object> {

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
      events.add("task " + context.taskId());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {}
  }

  private static final class NoWindows
      implements Processor<byte[], List<CompletionUsage>, byte[], OutputValue> {

    @Override
    public void process(Record<byte[], List<CompletionUsage>> record) {}
  }
}
