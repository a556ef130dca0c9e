// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.check.Checks.Finding;
import io.completionworker.config.WorkerConfig;
import io.completionworker.serde.SwapInTest;
import io.completionworker.serde.registry.RegistryServer;
import io.completionworker.serde.registry.SubjectServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCheckTest {

  private static final RegistryServer.Behaviour NOT_THERE =
      RegistryServer.error(404, 40401, "Subject not found.");

  private final RegistryServer registry = new RegistryServer(NOT_THERE);
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "SCHEMA_REGISTRY_URL", registry.url()));

  private Optional<Path> file = Optional.empty();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void shouldAskForTheSchemasAndRegisterNone() {
    assertThat(line())
        .isEqualTo(
            "ok   registry: answers; the schema of requests is not there yet, those of outputs and"
                + " controls are registered with their first records");
    assertThat(registry.lines())
        .hasSize(7)
        .allMatch(line -> line.startsWith("GET /subjects/completion-"));
  }

  @Test
  void shouldFailWhenTheCredentialsAreRefused() {
    registry.behave(RegistryServer.answer(401, "no"));

    assertThat(line())
        .startsWith("FAIL registry: ")
        .contains("HTTP 401")
        .endsWith("; see schema.registry.url, basic.auth.* and bearer.auth.*");
  }

  @Test
  void shouldFailWhenNobodyWouldRegisterTheSchemasOfTheOutputs() {
    environment.put("AUTO_REGISTER_SCHEMAS", "false");

    assertThat(line())
        .startsWith(
            "FAIL registry: has no schema of this release for completion-responses,"
                + " completion-usage, completion-failures, completion-chunks,")
        .contains("auto.register.schemas is false");
  }

  @Test
  void shouldFailWhenTheRegistryDoesNotAnswerInTime() {
    registry.behave(registry.hang());

    assertThat(check(Duration.ofSeconds(1)).get(0))
        .startsWith("FAIL registry: ")
        .contains("no answer at " + registry.url());
  }

  @Test
  void shouldFailSettingsThatTheClientRefuses() {
    environment.put("BASIC_AUTH_CREDENTIALS_SOURCE", "ORACLE");

    assertThat(line()).startsWith("FAIL registry: ").contains("ORACLE");
    assertThat(registry.lines()).isEmpty();
  }

  @Test
  void shouldSayThatAMockIsNoRegistry() {
    environment.put("SCHEMA_REGISTRY_URL", "mock://check");

    assertThat(line()).startsWith("warn registry: in the memory of the process");
  }

  /** A version is there, but not the one that the serde would look up. */
  @Test
  void shouldFailWhenOnlyOlderSchemasAreThereAndNobodyWouldRegister() {
    try (SubjectServer subjects = subjects("CompletionChunk", "completion-chunks-value")) {
      environment.put("AUTO_REGISTER_SCHEMAS", "false");
      assertThat(lines(subjects).get(0)).startsWith("FAIL registry: ").contains("chunks");

      environment.put("USE_LATEST_VERSION", "true");
      assertThat(lines(subjects)).noneMatch(line -> line.contains("completion-chunks,"));
    }
  }

  @Test
  void shouldSayThatAJavaProducerRegisteredTheSchemaOfItsClass() {
    try (SubjectServer subjects = new SubjectServer()) {
      subjects.put("completion-requests-value", CompletionRequest.getClassSchema().toString());

      assertThat(lines(subjects))
          .hasSize(2)
          .last()
          .asString()
          .startsWith(
              "warn schema completion-requests-value: version 1 (id 1) has avro.java.string")
          .contains("avro.remove.java.properties=true")
          .contains("auto.register.schemas=false and use.latest.version=true");
    }
  }

  @Test
  void shouldSayWhatIsNotCompatibleWithWhatIsReadAndWritten() {
    try (SubjectServer subjects = new SubjectServer()) {
      subjects.put("completion-requests-value", strange("CompletionRequest"));
      subjects.put("completion-usage-value", strange("CompletionUsage"));
      subjects.put("completion-controls-value", strange("CompletionControl"));

      assertThat(lines(subjects))
          .anyMatch(
              line ->
                  line.startsWith("warn schema completion-requests-value: version 1 (id 1) cannot")
                      && line.contains("go to the dead letters: "))
          .anyMatch(
              line ->
                  line.startsWith("warn schema completion-controls-value: version 1 (id 3) cannot")
                      && line.contains("are ignored: "))
          .anyMatch(
              line ->
                  line.startsWith("FAIL schema completion-usage-value: version 1 (id 2) is not")
                      && line.endsWith("would refuse: the newest version cannot read it"));

      environment.put("AUTO_REGISTER_SCHEMAS", "false");
      environment.put("USE_LATEST_VERSION", "true");
      assertThat(lines(subjects))
          .anyMatch(
              line ->
                  line.startsWith(
                          "FAIL schema completion-usage-value: version 1 (id 2) cannot take")
                      && line.contains("required"));
    }
  }

  /** Confluent's, and others; they are asked for with their settings. */
  @Test
  void shouldAskTheRegistryOfAnotherSerdeToo() {
    environment.put("AVRO_SERDE", SwapInTest.NamedSerde.class.getName());

    assertThat(line()).startsWith("ok   registry: answers");

    environment.put("SCHEMA_REGISTRY_BEARER_AUTH_CREDENTIALS_SOURCE", "OAUTHBEARER");
    assertThat(line()).startsWith("warn registry: not asked: ").contains("OAUTHBEARER");
  }

  @Test
  void shouldSayThatAnotherSerdeWouldRegisterASecondVersion(@TempDir Path directory)
      throws IOException {
    environment.put("AVRO_SERDE", SwapInTest.NamedSerde.class.getName());
    String key = "schema.registry.avro.remove.java.properties";
    file = Optional.of(Files.writeString(directory.resolve("w.properties"), key + "=false\n"));

    assertThat(check())
        .anyMatch(line -> line.startsWith("warn registry: ") && line.contains("avro.java.string"));

    environment.put("AUTO_REGISTER_SCHEMAS", "false");
    assertThat(check()).noneMatch(line -> line.contains("avro.java.string"));
  }

  private static String strange(String name) {
    return "{\"type\":\"record\",\"name\":\"%s\",\"namespace\":\"io.completionworker.avro\","
            .formatted(name)
        + "\"fields\":[{\"name\":\"required\",\"type\":\"int\"}]}";
  }

  private static SubjectServer subjects(String name, String subject) {
    SubjectServer subjects = new SubjectServer();
    subjects.put(subject, strange(name));
    return subjects;
  }

  private List<String> lines(SubjectServer subjects) {
    environment.put("SCHEMA_REGISTRY_URL", subjects.url());
    return check();
  }

  private String line() {
    return check().get(0);
  }

  private List<String> check() {
    return check(Duration.ofMinutes(1)); // however busy the machine is
  }

  private List<String> check(Duration patience) {
    return new RegistryCheck(
            WorkerConfig.load(file, environment),
            patience,
            failure -> String.valueOf(failure.getMessage()))
        .call().stream().map(Finding::line).toList();
  }
}
