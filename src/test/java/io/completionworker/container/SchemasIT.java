// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.cli.topics.TopicSchema;
import io.completionworker.config.WorkerConfig;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.serde.FilledRecords;
import io.completionworker.serde.FilledRecords.Branch;
import io.completionworker.serde.RegisteredSchemas;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The schemas in a registry that others wrote. */
@Tag("long")
@Tag("heavy")
@ExtendWith(Images.Condition.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SchemasIT {

  private static final GenericContainer<?> CONTAINER =
      new GenericContainer<>(Images.schemaRegistry());

  private static String url = "";

  @BeforeAll
  static void start() {
    CONTAINER
        .withExposedPorts(8080)
        .waitingFor(
            Wait.forHttp("/apis/ccompat/v7/subjects").withStartupTimeout(Duration.ofMinutes(3)))
        .start();
    url =
        "http://" + CONTAINER.getHost() + ":" + CONTAINER.getMappedPort(8080) + "/apis/ccompat/v7";
  }

  @AfterAll
  static void stop() {
    CONTAINER.stop();
  }

  private static List<String> apply(boolean dryRun, List<String> lines) {
    Map<String, String> environment =
        Map.of("KAFKA_BOOTSTRAP_SERVERS", "unused:1", "SCHEMA_REGISTRY_URL", url);
    var settings = WorkerConfig.load(Optional.empty(), environment);
    return new TopicSchema.Registration(
            new RegisteredSchemas(settings.registry().settings()), dryRun)
        .apply(TopicSchema.of(settings), lines::add);
  }

  @Test
  @Order(1)
  void shouldRegisterEverySchemaOnceAndWriteWithIt() {
    List<String> proposed = new ArrayList<>();
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();

    assertThat(apply(true, proposed)).isEmpty();
    assertThat(apply(false, first)).isEmpty();
    assertThat(apply(false, second)).isEmpty();

    assertThat(proposed).hasSize(7).allMatch(line -> line.endsWith("as the first version"));
    assertThat(first)
        .hasSize(7)
        .allMatch(line -> line.matches("completion-.*-value: registered, id \\d+, version 1"));
    assertThat(second)
        .isEqualTo(
            first.stream().map(line -> line.replace("registered", "is registered")).toList());
    Map<String, String> lookUp =
        Map.of("schema.registry.url", url, "auto.register.schemas", "false");
    CompletionUsage row = FilledRecords.of(CompletionUsage.class, Branch.LAST);
    var serde = new AvroSerdes(lookUp, AvroSerde.class.getName()).forValues(CompletionUsage.class);
    byte[] bytes = serde.serializer().serialize("completion-usage", row);
    assertThat(serde.deserializer().deserialize("completion-usage", bytes)).isEqualTo(row);
  }

  @Test
  @Order(2)
  void shouldEndARecordThatOnlyLooksLikeASchemaGuid() {
    var serde =
        new AvroSerdes(Map.of("schema.registry.url", url), AvroSerde.class.getName())
            .forValues(CompletionUsage.class);

    assertThatThrownBy(() -> serde.deserializer().deserialize("completion-usage", guid()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema GUID 01010101-0101-0101-0101-010101010101");
  }

  @Test
  @Order(3)
  void shouldSayWhatTheRegistryRefuses() throws Exception {
    post("/config", "PUT", "{\"compatibility\":\"FULL\"}");
    String other =
        "{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"CompletionChunk\\\",\\\"namespace\\\":"
            + "\\\"io.completionworker.avro\\\",\\\"fields\\\":[{\\\"name\\\":\\\"required\\\","
            + "\\\"type\\\":\\\"int\\\"}]}";
    delete("/subjects/completion-chunks-value");
    delete("/subjects/completion-chunks-value?permanent=true");
    post("/subjects/completion-chunks-value/versions", "POST", "{\"schema\":\"" + other + "\"}");
    List<String> proposed = new ArrayList<>();
    List<String> lines = new ArrayList<>();

    assertThat(apply(true, proposed)).containsExactly("completion-chunks-value");
    assertThat(apply(false, lines)).containsExactly("completion-chunks-value");

    assertThat(proposed)
        .filteredOn(line -> line.startsWith("completion-chunks-value: would be refused: "))
        .hasSize(1);
    assertThat(lines)
        .filteredOn(line -> line.startsWith("completion-chunks-value: refused: "))
        .singleElement()
        .asString()
        .containsIgnoringCase("compat");
  }

  private static byte[] guid() {
    byte[] value = new byte[20];
    Arrays.fill(value, (byte) 1);
    return value;
  }

  private static void delete(String path) throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url + path)).DELETE().build(),
            BodyHandlers.discarding());
  }

  private static void post(String path, String method, String body) throws Exception {
    int status =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + path))
                    .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                    .method(method, BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.discarding())
            .statusCode();
    assertThat(status).isEqualTo(200);
  }
}
