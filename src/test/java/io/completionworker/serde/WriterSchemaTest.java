// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.ImageUrl;
import io.completionworker.serde.RegisteredSchemas.SchemaForms;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.RegistryServer;
import io.completionworker.serde.registry.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which schema of the registry a record goes out with, and in which context. */
class WriterSchemaTest {

  private static final String TOPIC = "requests";
  private static final ImageUrl IMAGE = new ImageUrl("u", "d");

  private final String url = "mock://" + UUID.randomUUID();

  @Test
  void shouldWriteWithTheSchemaOfAnId() {
    registry().register("x", Schema.create(Schema.Type.INT));
    int id = registry().register("x", wider(true)).id();

    byte[] bytes = write(byId(id));

    assertThat(bytes).containsExactly(0, 0, 0, 0, id, 10, 2, 2, 'd', 2, 'u');
  }

  @Test
  void shouldRegisterRatherThanTakeTheIdWhenItMay() {
    int id = registry().register("x", wider(true)).id();
    Map<String, Object> settings = byId(id);
    settings.remove("auto.register.schemas");

    assertThat(write(settings)).startsWith(0, 0, 0, 0, id + 1);
  }

  @Test
  void shouldRefuseAnIdWhoseSchemaCannotReadTheRecordUnlessToldNotTo() {
    int id = registry().register("x", wider(false)).id();

    assertThatThrownBy(() -> write(byId(id)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic requests")
        .hasMessageContaining("Schema id " + id)
        .hasMessageContaining("cannot read what this record has");

    Map<String, Object> lenient = byId(id);
    lenient.put("id.compatibility.strict", "false");
    lenient.put("latest.compatibility.strict", "true");
    assertThatThrownBy(() -> write(lenient))
        .as("it comes as far as the missing value")
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("added");
  }

  @Test
  void shouldNameAnIdThatTheRegistryDoesNotHave() {
    assertThatThrownBy(() -> write(byId(77)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema id 77")
        .hasMessageContaining("40403");
  }

  @Test
  void shouldFollowTheLatestVersionWhenItsTimeIsUp() {
    String own = SchemaForms.registered(ImageUrl.SCHEMA$).toString();
    try (RegistryServer server =
        new RegistryServer(latest(1, own), latest(2, wider(true).toString()))) {
      Map<String, Object> settings = new HashMap<>(latestOf(server));
      settings.put("latest.cache.ttl.sec", "0");
      Serde<ImageUrl> serde = serde(settings);

      assertThat(serde.serializer().serialize(TOPIC, IMAGE)).startsWith(0, 0, 0, 0, 1);
      assertThat(serde.serializer().serialize(TOPIC, IMAGE)).startsWith(0, 0, 0, 0, 2);
    }
  }

  @Test
  void shouldAskForTheLatestVersionOnceByDefault() {
    String own = SchemaForms.registered(ImageUrl.SCHEMA$).toString();
    try (RegistryServer server = new RegistryServer(latest(1, own), latest(2, own))) {
      Serde<ImageUrl> serde = serde(latestOf(server));

      for (int i = 0; i < 3; i++) {
        assertThat(serde.serializer().serialize(TOPIC, IMAGE)).startsWith(0, 0, 0, 0, 1);
      }
      assertThat(server.lines()).containsExactly("GET /subjects/requests-value/versions/latest");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"team", ".team", ":.team:"})
  void shouldPutSubjectsIntoAContext(String name) {
    String schema = SchemaForms.registered(ImageUrl.SCHEMA$).toString();
    try (RegistryServer server =
        new RegistryServer(
            RegistryServer.id(7), answer(200, "{\"schema\":" + quoted(schema) + "}"))) {
      Serde<ImageUrl> serde =
          serde(Map.of("schema.registry.url", server.url(), "context.name", name));

      byte[] bytes = serde.serializer().serialize(TOPIC, IMAGE);
      assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(IMAGE);

      assertThat(server.lines())
          .containsExactly(
              "POST /subjects/%3A.team%3Arequests-value/versions?normalize=false",
              "GET /schemas/ids/7?subject=%3A.team%3Arequests-value&fetchMaxId=false");
    }
  }

  @Test
  void shouldNameTheContextWhenTheSubjectOfAnIdIsNotKnown() {
    String schema = SchemaForms.registered(ImageUrl.SCHEMA$).toString();
    try (RegistryServer server =
        new RegistryServer(answer(200, "{\"schema\":" + quoted(schema) + "}"))) {
      Map<String, Object> settings = new HashMap<>();
      settings.put("schema.registry.url", server.url());
      settings.put("value.subject.name.strategy", "RecordNameStrategy");
      byte[] bytes = {0, 0, 0, 0, 7, 2, 'u', 0};

      serde(settings).deserializer().deserialize(TOPIC, bytes);
      settings.put("context.name", "team");
      serde(settings).deserializer().deserialize(TOPIC, bytes);

      assertThat(server.lines())
          .containsExactly(
              "GET /schemas/ids/7?fetchMaxId=false",
              "GET /schemas/ids/7?subject=%3A.team%3A&fetchMaxId=false");
    }
  }

  @Test
  void shouldRefuseContextsThatAreNone() {
    assertThatThrownBy(() -> serde(Map.of("schema.registry.url", url, "context.name", "a:b")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("context.name");
    assertThatThrownBy(
            () -> serde(Map.of("schema.registry.url", url, "context.name.strategy", "my.Own")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("context.name.strategy");
  }

  /** Has one field more, in front, and the others in another order. */
  private static Schema wider(boolean withDefault) {
    var added =
        SchemaBuilder.record("ImageUrl")
            .namespace("io.completionworker.avro")
            .fields()
            .name("added")
            .type()
            .intType();
    return (withDefault ? added.intDefault(5) : added.noDefault())
        .optionalString("detail")
        .requiredString("url")
        .endRecord();
  }

  private static RegistryServer.Behaviour latest(int id, String schema) {
    return answer(200, "{\"id\":" + id + ",\"version\":1,\"schema\":" + quoted(schema) + "}");
  }

  private static String quoted(String json) {
    return "\"" + json.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static Map<String, Object> latestOf(RegistryServer server) {
    return Map.of(
        "schema.registry.url", server.url(),
        "auto.register.schemas", "false",
        "use.latest.version", "true");
  }

  private Map<String, Object> byId(int id) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("schema.registry.url", url);
    settings.put("auto.register.schemas", "false");
    settings.put("use.schema.id", id);
    return settings;
  }

  private static byte[] write(Map<String, ?> settings) {
    return serde(settings).serializer().serialize(TOPIC, IMAGE);
  }

  private RegistryClient registry() {
    return RegistryClient.of(new Settings(Map.of("schema.registry.url", url)));
  }

  private static Serde<ImageUrl> serde(Map<String, ?> settings) {
    AvroSerde<ImageUrl> serde = new AvroSerde<>(ImageUrl.class);
    serde.configure(settings, false);
    return serde;
  }
}
