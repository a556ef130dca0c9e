// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static io.completionworker.serde.registry.RegistryServer.error;
import static io.completionworker.serde.registry.RegistryServer.id;
import static io.completionworker.serde.registry.RegistryServer.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.AudioReference;
import io.completionworker.avro.ImageUrl;
import io.completionworker.serde.RegisteredSchemas.SchemaForms;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Serdes as the worker gets them, with a registry over HTTP. */
class AvroSerdesTest {

  private static final String OURS = AvroSerde.class.getName();
  private static final ImageUrl IMAGE = new ImageUrl("u", null);

  private final RegistryServer server = new RegistryServer(id(258));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void shouldAskTheRegistryOncePerSchema() {
    AvroSerdes serdes = serdes();
    for (int i = 0; i < 3; i++) {
      byte[] bytes =
          serdes.forValues(ImageUrl.class).serializer().serialize("completion-requests", IMAGE);
      assertThat(bytes).containsExactly(0, 0, 0, 1, 2, 2, 'u', 0);
    }
    assertThat(server.lines())
        .containsExactly("POST /subjects/completion-requests-value/versions?normalize=false");

    server.behave(schema(SchemaForms.registered(ImageUrl.SCHEMA$).toString().replace("\\", "")));
    for (int i = 0; i < 3; i++) {
      byte[] bytes = {0, 0, 0, 1, 2, 2, 'u', 0};
      assertThat(serdes.forValues(ImageUrl.class).deserializer().deserialize("in", bytes))
          .isEqualTo(IMAGE);
    }
    assertThat(server.lines())
        .last()
        .isEqualTo("GET /schemas/ids/258?subject=in-value&fetchMaxId=false");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void shouldRegisterOncePerTopicAndClass() {
    AvroSerdes serdes = serdes();
    serdes.forValues(ImageUrl.class).serializer().serialize("a", IMAGE);
    serdes.forValues(ImageUrl.class).serializer().serialize("b", IMAGE);
    serdes.forValues(AudioReference.class).serializer().serialize("a", new AudioReference("x"));

    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void shouldBeRetriableWhileTheRegistryIsOutOfReachAndThenRecover() {
    server.behave(answer(503, ""));
    AvroSerdes serdes = serdes();
    Serializer<ImageUrl> serializer = serdes.forValues(ImageUrl.class).serializer();
    Deserializer<ImageUrl> deserializer = serdes.forValues(ImageUrl.class).deserializer();

    assertThatThrownBy(() -> serializer.serialize("topic", IMAGE))
        .isInstanceOf(RegistryUnavailableException.class)
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("subject topic-value");
    assertThatThrownBy(() -> deserializer.deserialize("topic", new byte[] {0, 0, 0, 0, 9, 0}))
        .isInstanceOf(RegistryUnavailableException.class);

    server.behave(id(7));
    await()
        .ignoreExceptionsInstanceOf(RegistryUnavailableException.class)
        .untilAsserted(
            () ->
                assertThat(serializer.serialize("topic", IMAGE))
                    .containsExactly(0, 0, 0, 0, 7, 2, 'u', 0));
  }

  @Test
  void shouldTakeAnUnknownSchemaIdAsFinal() {
    server.behave(error(404, 40403, "Schema 9 not found"));
    Deserializer<ImageUrl> deserializer = serdes().forValues(ImageUrl.class).deserializer();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> deserializer.deserialize("topic", new byte[] {0, 0, 0, 0, 9, 0}))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("topic topic")
          .hasMessageContaining("schema id 9")
          .hasMessageContaining("40403");
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldTakeAnIncompatibleSchemaAsFinal() {
    server.behave(error(409, 409, "Schema being registered is incompatible"));
    Serializer<ImageUrl> serializer = serdes().forValues(ImageUrl.class).serializer();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> serializer.serialize("topic", IMAGE))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("for topic topic")
          .hasMessageContaining("subject topic-value")
          .hasMessageContaining("incompatible");
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldCheckSettingsBeforeTheFirstRecord() {
    assertThatThrownBy(() -> new AvroSerdes(Map.of(), OURS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
    for (String name :
        List.of("value.subject.name.strategy", "value.schema.id.serializer", "use.schema.id")) {
      assertThatThrownBy(
              () -> new AvroSerdes(Map.of("schema.registry.url", "mock://x", name, "X"), OURS))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schema.registry.max.retires",
        "schema.registry.trust.location",
        "basic.auth.user.info",
        "bearer.auth.client.id"
      })
  void shouldRefuseSettingsThatWouldHaveNoEffect(String name) {
    for (String url : List.of("mock://x", "http://x")) {
      assertThatThrownBy(
              () -> new AvroSerdes(Map.of("schema.registry.url", url, name, "planted"), OURS))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(name)
          .hasMessageNotContaining("planted");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "value.schema.id.serializer, io.confluent.x.HeaderSchemaIdSerializer, share their headers",
    "use.schema.id, 7, more than one schema",
  })
  void shouldRefuseWhatCannotBeForAllOutputsOfARequest(String name, String value, String why) {
    String prefixed = "schema.registry." + name;
    assertThatThrownBy(
            () -> new AvroSerdes(Map.of("schema.registry.url", "mock://x", prefixed, value), OURS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(why);
  }

  @Test
  void shouldTakeEverySettingOfTheWorkersConfiguration() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("schema.registry.url", "http://a,http://b");
    for (String flag :
        List.of(
            "auto.register.schemas",
            "use.latest.version",
            "latest.compatibility.strict",
            "normalize.schemas",
            "schema.registry.id.compatibility.strict",
            "schema.registry.url.randomize")) {
      settings.put(flag, "true");
    }
    for (String side : List.of("key", "value")) {
      settings.put(side + ".subject.name.strategy", "TopicNameStrategy");
      settings.put(
          "schema.registry." + side + ".schema.id.deserializer", "DualSchemaIdDeserializer");
    }
    for (String number :
        List.of(
            "http.connect.timeout.ms",
            "http.read.timeout.ms",
            "max.retries",
            "retries.wait.ms",
            "retries.max.wait.ms",
            "max.schemas.per.subject",
            "latest.cache.ttl.sec",
            "missing.cache.size",
            "missing.id.cache.ttl.sec",
            "missing.version.cache.ttl.sec",
            "missing.schema.cache.ttl.sec",
            "proxy.port")) {
      settings.put("schema.registry." + number, "9");
    }
    settings.put("schema.registry.proxy.host", "p");
    settings.put("schema.registry.context.name", "team");
    settings.put("schema.registry.ssl.endpoint.identification.algorithm", "");
    settings.put("bearer.auth.credentials.source", "STATIC_TOKEN");
    settings.put("bearer.auth.token", "t");
    settings.put("bearer.auth.logical.cluster", "c");
    settings.put("bearer.auth.identity.pool.id", "p");

    assertThatCode(() -> new AvroSerdes(settings, OURS)).doesNotThrowAnyException();
  }

  private AvroSerdes serdes() {
    return new AvroSerdes(
        Map.of("schema.registry.url", server.url(), "schema.registry.max.retries", "0"), OURS);
  }
}
