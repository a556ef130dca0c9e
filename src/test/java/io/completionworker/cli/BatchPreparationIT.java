// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be known before a batch is published is known then; and where its records go. */
class BatchPreparationIT extends InProcessCli {

  private static final int PARTITIONS = 6;
  private static final String REQUESTS = "completion-requests";

  private static EmbeddedBroker broker;

  private Path file;
  private Path answers;

  @BeforeAll
  static void startABroker() {
    broker = SharedBroker.borrow();
    for (String topic : List.of("responses", "usage", "failures", "dead-letters")) {
      broker.createTopic("completion-" + topic, 1, Map.of());
    }
    broker.createTopic(REQUESTS, PARTITIONS, Map.of());
  }

  @AfterAll
  static void stopTheBroker() {
    SharedBroker.giveBack(broker);
  }

  @BeforeEach
  void useTheBroker() throws IOException {
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    file = file("requests.jsonl", 30);
    answers = directory.resolve("answers.jsonl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{dir}/requests.jsonl/a.jsonl | Cannot write {out}: {dir}/requests.jsonl is not a directory",
        "/proc/a.jsonl                | Cannot write {out}: ",
        "{dir}                        | {out} is a directory; name a file in it",
        "{dir}/requests.jsonl         | {out} exists, and no collect has begun it",
        "{dir}/old.jsonl              | {dir}/old.errors.jsonl exists, and no collect has begun it",
      })
  @Tag("long")
  void shouldNotPublishWhatCannotBeCollected(String out, String fault) throws Exception {
    Files.writeString(directory.resolve("old.errors.jsonl"), "precious\n");
    String name = out.replace("{dir}", directory.toString());

    assertNothingIsPublished(2, batch("--out", name));

    assertThat(lastLine()).startsWith(expected(fault, name));
    assertThat(directory).isDirectoryNotContaining(path -> path.toString().contains(".collect"));
    assertThat(execute("collect", "--batch", "b", "--out", name)).isEqualTo(2);
    assertThat(lastLine()).startsWith(expected(fault, name));
  }

  @Test
  void shouldNotCollectWhereErrorsCannotBeWritten() {
    String errors = directory.resolve("requests.jsonl/e.jsonl").toString();

    assertThat(execute("collect", "--batch", "b", "--out", answers.toString(), "--errors", errors))
        .isEqualTo(2);

    assertThat(lastLine()).startsWith("Cannot write " + errors + ": ").contains("not a directory");
    assertThat(directory).isDirectoryNotContaining(path -> path.toString().contains(".collect"));
  }

  @Test
  @Tag("long")
  void shouldNotPublishAFileThatWasChangedUnderTheSameAnswers() throws Exception {
    assertThat(execute(batch("--out", answers.toString(), "--timeout", "1"))).isEqualTo(1);
    assertThat(lastLine()).contains("30 of 30 requests have no outcome");
    Files.writeString(file, Files.readString(file).replace("say 7", "say seven"));

    assertNothingIsPublished(2, batch("--out", answers.toString()));

    assertThat(lastLine()).startsWith(answers + " has answers of batch ").contains("was changed");
    Files.writeString(file, Files.readString(file).replace("say seven", "say 7"));
    assertNothingIsPublished(2, batch("--out", answers.toString(), "--ordered"));
    assertThat(lastLine()).contains("was begun without --ordered");
    assertNothingIsPublished(1, batch("--out", answers.toString(), "--timeout", "1"));
    assertThat(err.toString()).contains("30 of 30 requests are on " + REQUESTS + ", 30 of them");
  }

  @Test
  void shouldNotPublishAnotherFileUnderAnIdThatIsInUse() throws Exception {
    assertThat(execute("submit", "--batch", "used", file.toString())).isZero();
    Path other = file("other.jsonl", 31);

    assertNothingIsPublished(
        2, "batch", "--batch", "used", other.toString(), "--out", answers.toString());

    assertThat(lastLine()).contains("batch used is on completion-requests already");
    assertThat(directory.resolve("answers.jsonl.collect")).doesNotExist();
    assertThat(answers).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "TOPICS_RESPONSES, never-made, never-made",
    "SCHEMA_REGISTRY_URL, http://127.0.0.1:1, http://127.0.0.1:1"
  })
  void shouldNotPublishBeforeTopicsAndRegistryAreThere(String key, String value, String named)
      throws Exception {
    environment.put(key, value);

    assertNothingIsPublished(1, batch("--out", answers.toString()));

    assertThat(lastLine()).contains(named);
    assertThat(directory.resolve("answers.jsonl.collect")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 32})
  void shouldSpreadABatchWithoutKeysOverAllPartitions(int lines) throws Exception {
    Path small = file("small.jsonl", lines);
    Map<Integer, Long> before = published();

    assertThat(execute("submit", "--batch", "small-" + lines, small.toString())).isZero();

    List<Long> grown = new ArrayList<>();
    published().forEach((partition, end) -> grown.add(end - before.getOrDefault(partition, 0L)));
    assertThat(grown).as("records by partition").contains((long) lines / PARTITIONS);
    assertThat(grown.stream().mapToLong(Long::longValue).sum()).isEqualTo(lines);
    assertThat(grown)
        .allSatisfy(
            count ->
                assertThat(count).isBetween((long) lines / PARTITIONS, lines / PARTITIONS + 1L));
  }

  @Test
  void shouldBeginElsewhereWithEachBatchAndKeepKeysTogether() throws Exception {
    Path one = file("one.jsonl", 1);
    Map<Integer, Long> before = published();
    for (int i = 0; i < 8; i++) {
      assertThat(execute("submit", "--batch", "begin-" + i, one.toString())).isZero();
    }
    assertThat(grown(before)).as("partitions that a batch of one began on").hasSizeGreaterThan(3);

    before = published();
    assertThat(execute("submit", "--batch", "keyed", "--key-field", "model", file.toString()))
        .isZero();
    assertThat(grown(before)).as("partitions of one key").hasSize(1);
  }

  /** As after a submit that was stopped before it published a line. */
  @Test
  void shouldPublishABatchSinceATimeWhoseEarlierSubmitPublishedNothing() {
    register("completion-submit-halted");

    assertThat(execute("submit", "--batch", "halted", "--since", "1h", file.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("30 of 30 requests are on " + REQUESTS + ", 0 of them");
  }

  @Test
  void shouldPublishNothingAgainWhenALaterSubmitPublishedNothing() throws Exception {
    assertThat(execute("submit", "--batch", "old", file.toString())).isZero();
    String published = Instant.now().toString();
    register("completion-submit-old");

    assertNothingIsPublished(2, "submit", "--batch", "old", "--since", published, file.toString());

    assertThat(lastLine()).contains("batch old was begun before --from");
  }

  /** Uses the id as a submit does before it publishes. */
  private static void register(String transactionalId) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                transactionalId),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
    }
  }

  private static List<Integer> grown(Map<Integer, Long> before) throws Exception {
    return published().entrySet().stream()
        .filter(end -> end.getValue() > before.getOrDefault(end.getKey(), 0L))
        .map(Map.Entry::getKey)
        .toList();
  }

  private String expected(String fault, String out) {
    return fault.replace("{out}", out).replace("{dir}", directory.toString());
  }

  private String[] batch(String... more) {
    return Stream.concat(Stream.of("batch", file.toString()), Stream.of(more))
        .toArray(String[]::new);
  }

  private void assertNothingIsPublished(int exitCode, String... arguments) throws Exception {
    Map<Integer, Long> before = published();
    err.getBuffer().setLength(0);
    assertThat(execute(arguments)).as(err.toString()).isEqualTo(exitCode);
    assertThat(published()).isEqualTo(before);
  }

  private String lastLine() {
    return err.toString().strip().lines().reduce("", (before, line) -> line);
  }

  /** Committed records by partition, when no transaction is open any more. */
  private static Map<Integer, Long> published() throws Exception {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    Map<Integer, Long> records = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      all.put(new TopicPartition(REQUESTS, i), OffsetSpec.latest());
      records.put(i, 0L);
    }
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
      await()
          .until(
              () ->
                  ends(admin, all, IsolationLevel.READ_COMMITTED)
                      .equals(ends(admin, all, IsolationLevel.READ_UNCOMMITTED)));
      Map<TopicPartition, Long> ends = ends(admin, all, IsolationLevel.READ_COMMITTED);
      consumer.assign(all.keySet());
      consumer.seekToBeginning(all.keySet());
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> records.merge(record.partition(), 1L, Long::sum));
      }
    }
    return records;
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, Map<TopicPartition, OffsetSpec> partitions, IsolationLevel isolation)
      throws Exception {
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(partitions, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private Path file(String name, int lines) throws IOException {
    Path file = directory.resolve(name);
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 1; i <= lines; i++) {
        out.write(
            "{\"custom_id\":\"c-%d\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
                    .formatted(i)
                + "\"content\":\"%s say %d\"}]}}\n".formatted(directory.getFileName(), i));
      }
    }
    return file;
  }
}
