// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Causes every message about the configuration, and prints the table of them. */
class ConfigMessagesTest {

  private static final String REQUIRED =
      "kafka.bootstrap.servers=broker:9092\nschema.registry.url=http://registry\n";

  private static final String WHERE = "every command that reads settings";

  private static final Map<Message, Cause> CAUSES = new LinkedHashMap<>();

  /** A file and an environment, from an empty folder. */
  private interface Cause {
    Given in(Path directory) throws IOException;
  }

  private record Given(Optional<Path> file, Map<String, String> environment) {}

  static {
    putVariables();
    putKeys();
    putValues();
    putFiles();
  }

  @TempDir Path directory;

  static Stream<Message> messages() {
    return CAUSES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldSayIt(Message message) throws IOException {
    Given given = Objects.requireNonNull(CAUSES.get(message)).in(directory);

    assertThat(ConfigFixture.faults(given.file(), given.environment()))
        .singleElement()
        .asString()
        .matches(message.pattern())
        .doesNotContain("planted");
  }

  @Test
  void shouldPrintThePage() {
    MessagePage.verify("Configuration", "ConfigMessagesTest", List.copyOf(CAUSES.keySet()));
  }

  /** What must not be taken for something else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway.provider: openai\nusage.group.by : model",
        "gateway.provider openai",
        "# ---\n! [section]\n\ngateway.provider=openai",
        "usage.group.by=model,\\\n  provider",
        "gateway.config={\"retry\": {\"attempts\": 3}}",
        "kafka.sasl.jaas.config=a.B required username=\"a\" password=\"b\";",
        "gateway.proxy.host=proxy\ngateway.proxy.port=1\ngateway.proxy.username=a\n"
            + "gateway.proxy.password=\"b\"",
        "gateway.provider=[a]",
        "gateway.provider=openai\\\\\nasync.store=memory"
      })
  void shouldReadAFileOfProperties(String lines) throws IOException {
    assertThat(ConfigFixture.faults(file(directory, REQUIRED + lines), Map.of())).isEmpty();
    assertThat(ConfigFixture.faults(file(directory, "\uFEFF" + REQUIRED + lines), Map.of()))
        .isEmpty();
  }

  private static void putVariables() {
    put(
        "An environment variable is misspelt",
        "RATE_LIMIT_REQUESTS_PER_MINUTES: no setting has this environment variable; the nearest is"
            + " RATE_LIMIT_REQUESTS_PER_MINUTE, for rate.limit.requests.per.minute",
        environment("RATE_LIMIT_REQUESTS_PER_MINUTES", "10"));
    put(
        "An environment variable is not in upper case with underscores",
        "gateway.api.key: no setting has this environment variable; the nearest is GATEWAY_API_KEY,"
            + " for gateway.api.key",
        environment("gateway.api.key", "planted"));
    put(
        "A variable with the prefix `COMPLETION_WORKER_` is no setting",
        "COMPLETION_WORKER_RETRIES: no setting has this environment variable; the nearest is"
            + " COMPLETION_WORKER_<name>, for <key>",
        environment("COMPLETION_WORKER_RETRIES", "3"));
  }

  private static void putKeys() {
    put(
        "A key is misspelt",
        "async.max.inflight: unknown key; the nearest known key is async.max.in.flight",
        lines("async.max.inflight=3"));
    put(
        "A key of Kafka is misspelt",
        "kafka.bootstrap.server: unknown to every client of Kafka; the nearest known key is"
            + " kafka.bootstrap.servers",
        lines("kafka.bootstrap.server=broker:9092"));
    put(
        "A key of the schema registry's client is misspelt",
        "basic.auth.userinfo: unknown key; the nearest known key is basic.auth.user.info",
        lines("basic.auth.userinfo=planted"));
    put(
        "A key is in the file twice",
        "gateway.provider: is set twice in <file>, in lines 3 and 5; keep one of them",
        lines("gateway.provider=a\n# b\ngateway.provider=b"));
  }

  private static void putValues() {
    put(
        "A required key has no value",
        "kafka.bootstrap.servers: is empty; allowed: host:port",
        directory ->
            new Given(
                file(directory, "kafka.bootstrap.servers=\nschema.registry.url=http://registry"),
                Map.of()));
    put(
        "A key is there without a value",
        "async.max.in.flight: is empty; allowed: a whole number from 1 to 100000",
        lines("async.max.in.flight="));
    put(
        "A value has quotes around it",
        "gateway.api.key: has quotes around its value; they would be part of it: take them off",
        environment("GATEWAY_API_KEY", "\"planted\""));
  }

  private static void putFiles() {
    put(
        "`--config` is a folder",
        "--config: <folder> is a folder; give it a properties file",
        directory -> new Given(Optional.of(directory), Map.of()));
    put(
        "`--config` is not there",
        "--config: cannot read <file> as a properties file: there is no such file",
        directory -> new Given(Optional.of(directory.resolve("no.properties")), Map.of()));
    putFormat("YAML (line 2)", "is YAML", "gateway:\n  url: https://host/v1\n");
    putFormat("JSON", "is JSON", "\n{\"gateway.url\": \"https://host/v1\"}\n");
    putFormat("TOML or INI (line 1)", "is TOML or INI", "[gateway]\nurl = \"https://host/v1\"\n");
    putFormat("XML", "is XML", "<?xml version=\"1.0\"?>\n<properties/>\n");
    put(
        "`--config` is a binary file",
        "--config: <file> is a binary file; a properties file has one key=value a line",
        bytes("PK\u0003\u0004 a\0b".getBytes(StandardCharsets.ISO_8859_1)));
    put(
        "`--config` is UTF-16",
        "--config: <file> is UTF-16; save it as UTF-8",
        bytes(REQUIRED.getBytes(StandardCharsets.UTF_16LE)));
    put(
        "`--config` is in another encoding than UTF-8",
        "--config: <file> is not UTF-8 (line 3), perhaps Latin-1; save it as UTF-8",
        bytes((REQUIRED + "gateway.provider=\u00e9\n").getBytes(Charset.forName("ISO-8859-1"))));
  }

  private static void putFormat(String format, String is, String text) {
    put(
        "`--config` " + is,
        "--config: <file> looks like " + format + "; a properties file has one key=value a line",
        bytes(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void put(String when, String text, Cause cause) {
    CAUSES.put(new Message(when, WHERE, text, 2), cause);
  }

  private static Cause environment(String variable, String value) {
    return directory -> new Given(file(directory, REQUIRED), Map.of(variable, value));
  }

  private static Cause lines(String lines) {
    return directory -> new Given(file(directory, REQUIRED + lines), Map.of());
  }

  private static Cause bytes(byte[] content) {
    return directory ->
        new Given(Optional.of(Files.write(directory.resolve("worker.conf"), content)), Map.of());
  }

  private static Optional<Path> file(Path directory, String text) throws IOException {
    return Optional.of(Files.writeString(directory.resolve("worker.properties"), text));
  }
}
