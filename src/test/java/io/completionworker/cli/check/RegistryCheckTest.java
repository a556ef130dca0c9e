package io.completionworker.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.WorkerConfig;
import io.completionworker.serde.registry.RegistryServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryCheckTest {

  private static final RegistryServer.Behaviour NOT_THERE =
      RegistryServer.error(404, 40401, "Subject not found.");

  private final RegistryServer registry = new RegistryServer(NOT_THERE);
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "SCHEMA_REGISTRY_URL", registry.url()));

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void shouldAskForTheSchemasAndRegisterNone() {
    assertThat(line())
        .isEqualTo(
            "ok   registry: answers; the schema of requests is not there yet, those of the outputs"
                + " are registered with the first outcomes");
    assertThat(registry.lines())
        .hasSize(5)
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
        .startsWith("FAIL registry: has no schema for completion-responses, completion-usage,")
        .contains("auto.register.schemas is false");
  }

  @Test
  void shouldFailWhenTheRegistryDoesNotAnswerInTime() {
    registry.behave(registry.hang());

    assertThat(line()).startsWith("FAIL registry: ").contains("no answer at " + registry.url());
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

  private String line() {
    return new RegistryCheck(
            WorkerConfig.load(Optional.empty(), environment),
            Duration.ofSeconds(1),
            failure -> String.valueOf(failure.getMessage()))
        .call()
        .get(0)
        .line();
  }
}
