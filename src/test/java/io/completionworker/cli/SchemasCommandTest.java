// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.cli.topics.TopicSchema;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.serde.FilledRecords;
import io.completionworker.serde.registry.SubjectServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemasCommandTest extends InProcessCli {

  private static final List<String> SUBJECTS =
      Stream.of("requests", "responses", "usage", "failures", "chunks", "usage-windows", "controls")
          .map(topic -> "completion-" + topic + "-value")
          .toList();

  private final SubjectServer registry = new SubjectServer();

  @AfterEach
  void stop() {
    registry.close();
  }

  private List<String> printed() {
    return out.toString().lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CompletionUsage", "io.completionworker.avro.CompletionUsage"})
  void shouldPrintASchemaThatParsesByItself(String name) {
    environment.clear();

    assertThat(execute("schemas", "print", name)).isZero();

    Schema printed = new Schema.Parser().parse(out.toString());
    assertThat(printed).isEqualTo(withoutJava(CompletionUsage.getClassSchema()));
    assertThat(printed.getDoc()).isNotBlank();
    assertThat(out.toString()).doesNotContain("avro.java.string");
  }

  @Test
  void shouldPrintTheSchemaOfATopic() {
    environment.put("TOPICS_USAGE", "billing");

    assertThat(execute("schemas", "print", "billing")).isZero();

    assertThat(new Schema.Parser().parse(out.toString()).getName()).isEqualTo("CompletionUsage");
  }

  @Test
  void shouldSayWhatHasASchema() {
    assertThat(execute("schemas", "print", "completion-dead-letters")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("'completion-dead-letters' has no schema; those that have one: ")
        .contains("completion-controls; CompletionRequest, ");
  }

  @Test
  void shouldWriteAFileForEachSchemaThatParsesByItself() throws IOException {
    Path files = directory.resolve("new/schemas");

    assertThat(execute("schemas", "print", "--out", files.toString())).isZero();

    assertThat(out.toString()).isEmpty();
    try (Stream<Path> written = Files.list(files)) {
      assertThat(written).hasSize(TopicSchema.RECORDS.size());
    }
    for (Class<?> type : TopicSchema.RECORDS) {
      Path file = files.resolve(type.getSimpleName() + ".avsc");
      assertThat(new Schema.Parser().parse(file.toFile()))
          .isEqualTo(withoutJava(SpecificData.get().getSchema(type)));
    }
  }

  @Test
  void shouldNameTheSchemasOfEveryTopicButTheDeadLetters() {
    environment.put("SCHEMA_REGISTRY_URL", registry.url());
    environment.put("CLASSES", "urgent,standard");
    WorkerSettings settings = WorkerConfig.load(Optional.empty(), environment);
    String deadLetters = settings.topics().deadLetters();

    List<TopicSchema> schemas = TopicSchema.of(settings);

    assertThat(schemas).extracting(TopicSchema::record).hasSameElementsAs(TopicSchema.RECORDS);
    assertThat(schemas)
        .extracting(TopicSchema::topic)
        .containsExactlyInAnyOrderElementsOf(
            settings.allTopics().stream().filter(topic -> !topic.equals(deadLetters)).toList());
  }

  @Test
  void shouldRegisterWhatIsMissingAndNothingTwice() {
    environment.put("SCHEMA_REGISTRY_URL", registry.url());

    assertThat(execute("schemas", "register")).isZero();
    List<String> first = printed();
    out.getBuffer().setLength(0);
    assertThat(execute("schemas", "register")).isZero();

    assertThat(first)
        .containsExactly(
            SUBJECTS.get(0) + ": registered, id 1, version 1",
            SUBJECTS.get(1) + ": registered, id 2, version 1",
            SUBJECTS.get(2) + ": registered, id 3, version 1",
            SUBJECTS.get(3) + ": registered, id 4, version 1",
            SUBJECTS.get(4) + ": registered, id 5, version 1",
            SUBJECTS.get(5) + ": registered, id 6, version 1",
            SUBJECTS.get(6) + ": registered, id 7, version 1");
    assertThat(printed())
        .hasSize(7)
        .allMatch(line -> line.contains(": is registered, id ") && line.endsWith("version 1"));
    assertThat(SUBJECTS).allMatch(subject -> registry.versions(subject).size() == 1);
  }

  /** Else a worker would make a second version of each, or be refused. */
  @Test
  void shouldRegisterWhatTheWorkersSerdesRegister() {
    environment.put("SCHEMA_REGISTRY_URL", registry.url());
    assertThat(execute("schemas", "register")).isZero();
    Map<String, String> settings =
        Map.of("schema.registry.url", registry.url(), "auto.register.schemas", "false");

    UsageWindow window = FilledRecords.of(UsageWindow.class, FilledRecords.Branch.LAST);

    byte[] written =
        new AvroSerdes(settings, AvroSerde.class.getName())
            .forValues(UsageWindow.class)
            .serializer()
            .serialize("completion-usage-windows", window);

    assertThat(written).startsWith(new byte[] {0, 0, 0, 0, 6});
  }

  @Test
  void shouldUseTheConfiguredSubjects() {
    environment.put("SCHEMA_REGISTRY_URL", registry.url());
    environment.put("VALUE_SUBJECT_NAME_STRATEGY", "RecordNameStrategy");

    assertThat(execute("schemas", "register")).isZero();

    assertThat(printed())
        .contains("io.completionworker.avro.CompletionUsage: registered, id 3, version 1");
  }

  @Test
  void shouldSayWhatWouldBeRegisteredAndRegisterNothing() {
    environment.put("SCHEMA_REGISTRY_URL", registry.url());
    registry.put(SUBJECTS.get(0), other("CompletionRequest", "{\"type\":\"int\"}"));
    registry.put(SUBJECTS.get(2), withoutLastDoc());

    assertThat(execute("schemas", "register", "--dry-run")).isEqualTo(1);

    assertThat(printed())
        .contains(
            SUBJECTS.get(0) + ": would be refused: the newest version cannot read it",
            SUBJECTS.get(1) + ": would be registered, as the first version",
            SUBJECTS.get(2) + ": would be registered, after id 2, version 1");
    assertThat(err.toString()).isEqualTo("The registry would refuse completion-requests-value\n");
    assertThat(SUBJECTS.stream().map(registry::versions).mapToInt(List::size).sum()).isEqualTo(2);
  }

  @Test
  void shouldSayInTheRegistrysWordsWhatItRefusesAndRegisterTheOthers() {
    environment.put("SCHEMA_REGISTRY_URL", registry.url());
    registry.put(SUBJECTS.get(3), other("CompletionFailure", "{\"type\":\"int\"}"));

    assertThat(execute("schemas", "register")).isEqualTo(1);

    assertThat(printed())
        .hasSize(7)
        .contains(
            SUBJECTS.get(3)
                + ": refused: Schema being registered is incompatible with an earlier schema",
            SUBJECTS.get(4) + ": registered, id 5, version 1");
    assertThat(err.toString()).isEqualTo("The registry refuses completion-failures-value\n");
  }

  @Test
  void shouldSayInOneLineThatNoRegistryAnswers() {
    environment.put("SCHEMA_REGISTRY_URL", "http://127.0.0.1:1");
    environment.put("SCHEMA_REGISTRY_MAX_RETRIES", "0");

    assertThat(execute("schemas", "register")).isEqualTo(1);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("Schema registry unavailable for subject completion-requests-value")
        .contains("see schema.registry.url");
  }

  @Test
  void shouldRegisterNothingInAMock() {
    assertThat(execute("schemas", "register")).isEqualTo(2);

    assertThat(err.toString()).contains("mock://").contains("in the memory of a process");
  }

  @ParameterizedTest
  @ValueSource(strings = {"schemas", "schemas publish"})
  void shouldNameTheCommandsThatThereAre(String command) {
    assertThat(execute(command.split(" "))).isEqualTo(2);

    assertThat(err.toString()).contains("schemas --help");
  }

  private static String other(String name, String type) {
    return "{\"type\":\"record\",\"name\":\"%s\",\"namespace\":\"io.completionworker.avro\","
            .formatted(name)
        + "\"fields\":[{\"name\":\"required\",\"type\":%s}]}".formatted(type);
  }

  /** Another text of the same record, as an earlier release would have it. */
  private static String withoutLastDoc() {
    Schema schema = CompletionUsage.getClassSchema();
    return Schema.createRecord(
            schema.getName(),
            "An earlier text.",
            schema.getNamespace(),
            false,
            schema.getFields().stream()
                .map(field -> new Schema.Field(field, field.schema()))
                .toList())
        .toString();
  }

  private static Schema withoutJava(Schema schema) {
    String text =
        schema
            .toString()
            .lines()
            .collect(joining())
            .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"");
    return new Schema.Parser().parse(text.replace(",\"avro.java.string\":\"String\"", ""));
  }
}
