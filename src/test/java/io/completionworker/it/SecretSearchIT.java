// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.secrets.Canaries;
import io.completionworker.secrets.SecretSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A search that finds nothing is worth something if it would find what is there. */
class SecretSearchIT {

  private static final String SECRET = Canaries.PLANTED + "leak";
  private static final String CHANGELOG = "completion-worker-pending-changelog";

  @Test
  void shouldFailATestWhoseSecretsAreWrittenSomewhere() {
    List<String> failures = failures(Leaking.class);

    assertThat(failures).as("a test fails, once").hasSize(1);
    assertThat(failures.get(0).lines().map(line -> line.replaceFirst(":.*", "")))
        .containsOnly(
            "Secrets were written",
            "leak in a key of topic __consumer_offsets",
            "leak in a value of topic completion-responses",
            "leak in a header of topic completion-usage",
            Canaries.CONFIG_HEADER + " in a value of topic " + CHANGELOG,
            "leak in a key of topic " + CHANGELOG,
            "leak in log line",
            "leak in exception",
            "leak in print of config",
            "leak in output of a process");
  }

  @Test
  void shouldFailATestThatIsNotSearched() {
    assertThat(failures(Forgetful.class))
        .singleElement()
        .asString()
        .contains("1 stands were not closed, so not searched for secrets");
  }

  /** A worker that a test starts by itself shows what nobody looks at. */
  @Test
  void shouldSearchEveryWorkerOfTheTests() throws IOException {
    List<String> starting;
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      starting =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(SecretSearchIT::startsAWorker)
              .map(file -> String.valueOf(file.getFileName()))
              .toList();
    }

    // the one of WorkerTest has no secrets and reaches no broker
    assertThat(starting).containsExactlyInAnyOrder("SearchedWorker.java", "WorkerTest.java");
  }

  private static boolean startsAWorker(Path file) {
    try {
      return Pattern.compile("\\bWorker\\s*\\.start\\(").matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> failures(Class<?> test) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(test))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build(),
            listener);
    return listener.getSummary().getFailures().stream()
        .map(failure -> String.valueOf(failure.getException().getMessage()))
        .toList();
  }

  /** Run by the test above alone. */
  static class Leaking {

    private static final Logger log = LoggerFactory.getLogger(Leaking.class);

    @Test
    void shouldBeFoundOut() throws Exception {
      // of its own, since what it leaks stays in topics of the broker's
      try (Stand stand = new Stand(Behaviour.instant(), 1, EmbeddedBroker.start())) {
        stand.broker.createTopic(CHANGELOG, 1, Map.of());
        leakIntoTopics(stand);
        log.debug("is {}", SECRET);
        Files.writeString(stand.directory.resolve("worker.log"), "is " + SECRET);
        assertThatThrownBy(() -> stand.start(Map.of("async.max.in.flight", SECRET)))
            .isInstanceOf(RuntimeException.class);
      }
    }

    private static void leakIntoTopics(Stand stand) throws Exception {
      try (Admin admin = stand.broker.admin()) {
        var partition = new TopicPartition("completion-usage", 0);
        var offset = new OffsetAndMetadata(0);
        admin.alterConsumerGroupOffsets(SECRET, Map.of(partition, offset)).all().get();
      }
      Map<String, Object> settings =
          Map.of("bootstrap.servers", stand.broker.bootstrapServers(), "client.id", "leak");
      try (var producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
        byte[] secret = bytes(SECRET);
        producer.send(new ProducerRecord<>("completion-responses", secret.clone())).get();
        var usage = new ProducerRecord<byte[], byte[]>("completion-usage", null);
        usage.headers().add("any", secret);
        producer.send(usage).get();
        // of these two, the one that came in a field has to be there
        String config = Canaries.PLANTED + Canaries.CONFIG_FIELD;
        producer.send(new ProducerRecord<>(CHANGELOG, bytes(config))).get();
        String header = Canaries.PLANTED + Canaries.CONFIG_HEADER;
        producer.send(new ProducerRecord<>(CHANGELOG, secret, bytes(header))).get();
        producer.send(new ProducerRecord<>("completion-requests", secret, secret)).get();
      }
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Run by the test above alone. */
  static class Forgetful {

    @Test
    void shouldBeFoundOut() {
      assertThat(SecretSearch.begin().log()).isEmpty();
    }
  }
}
