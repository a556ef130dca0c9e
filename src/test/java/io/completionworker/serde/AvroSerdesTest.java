package io.completionworker.serde;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static io.completionworker.serde.registry.RegistryServer.error;
import static io.completionworker.serde.registry.RegistryServer.id;
import static io.completionworker.serde.registry.RegistryServer.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.AudioReference;
import io.completionworker.avro.ImageUrl;
import io.completionworker.config.Secret;
import io.completionworker.serde.registry.RegistryServer;
import io.completionworker.serde.registry.RegistryUnavailableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    assertThatThrownBy(
            () ->
                new AvroSerdes(
                    Map.of("schema.registry.url", "mock://x", "value.subject.name.strategy", "X"),
                    OURS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("value.subject.name.strategy");
  }

  @Test
  void shouldConfigureTheSerdeThatIsNamed() {
    AvroSerdes serdes =
        new AvroSerdes(
            Map.of("schema.registry.url", "x", "basic.auth.user.info", new Secret("a:b")),
            NamedSerde.class.getName());

    Serde<ImageUrl> serde = serdes.forValues(ImageUrl.class);

    assertThat(((NamedSerde<?>) serde).configs)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "schema.registry.url",
                "x",
                "basic.auth.user.info",
                new Password("a:b"),
                "specific.avro.reader",
                "true",
                "isKey",
                false));
    assertThat(serdes.forValues(ImageUrl.class)).isNotSameAs(serde);
  }

  @Test
  void shouldSayWhatIsWrongWithTheSerdeThatIsNamed() {
    for (String name :
        List.of(
            "io.confluent.kafka.streams.serdes.avro.NoSuchSerde",
            String.class.getName(),
            AvroSerdes.class.getName())) {
      assertThatThrownBy(() -> new AvroSerdes(Map.of(), name))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("avro.serde")
          .hasMessageContaining(name);
    }
    AvroSerdes serdes = new AvroSerdes(Map.of(), FailingSerde.class.getName());
    assertThatThrownBy(() -> serdes.forValues(ImageUrl.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not today");
  }

  private AvroSerdes serdes() {
    return new AvroSerdes(
        Map.of("schema.registry.url", server.url(), "schema.registry.max.retries", "0"), OURS);
  }

  /** Stands for a serde of somebody else. */
  public static class NamedSerde<T extends SpecificRecord> implements Serde<T> {

    final Map<String, Object> configs = new HashMap<>();

    @Override
    public void configure(Map<String, ?> given, boolean isKey) {
      configs.putAll(given);
      configs.put("isKey", isKey);
    }

    @Override
    public Serializer<T> serializer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Deserializer<T> deserializer() {
      throw new UnsupportedOperationException();
    }
  }

  /** Cannot be made. */
  public static final class FailingSerde extends NamedSerde<ImageUrl> {

    /** Fails. */
    public FailingSerde() {
      throw new IllegalStateException("not today");
    }
  }
}
