// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.ImageUrl;
import io.completionworker.serde.RegisteredSchemas.SchemaForms;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.RegistryClient.SchemaId;
import io.completionworker.serde.registry.RegistryServer;
import io.completionworker.serde.registry.Settings;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways a record may say which schema it was written with. */
class SchemaNamesTest {

  private static final String TOPIC = "requests";
  private static final String VALUE_ID = "__value_schema_id";
  private static final String KEY_ID = "__key_schema_id";
  private static final String CONFLUENT = "io.confluent.kafka.serializers.schema.id.";
  private static final Map<String, ?> INTO_HEADER =
      Map.of("value.schema.id.serializer", CONFLUENT + "HeaderSchemaIdSerializer");
  private static final ImageUrl IMAGE = new ImageUrl("u", null);
  private static final byte[] PAYLOAD = {2, 'u', 0};

  private final String url = "mock://" + UUID.randomUUID();
  private final SchemaId name = registerAsTheSecond();

  /** So that an id that is wrong does not pass by chance. */
  private SchemaId registerAsTheSecond() {
    RegistryClient registry = RegistryClient.of(new Settings(Map.of("schema.registry.url", url)));
    registry.register("other", Schema.create(Schema.Type.INT));
    return registry.register(TOPIC + "-value", SchemaForms.registered(ImageUrl.SCHEMA$));
  }

  @Test
  void shouldReadEveryFormInEitherPlace() {
    Deserializer<ImageUrl> deserializer = serde(Map.of()).deserializer();

    assertThat(deserializer.deserialize(TOPIC, headers(), join(id(), PAYLOAD))).isEqualTo(IMAGE);
    assertThat(deserializer.deserialize(TOPIC, headers(), join(guid(), PAYLOAD))).isEqualTo(IMAGE);
    assertThat(deserializer.deserialize(TOPIC, headers(VALUE_ID, id()), PAYLOAD)).isEqualTo(IMAGE);
    assertThat(deserializer.deserialize(TOPIC, headers(VALUE_ID, guid()), PAYLOAD))
        .isEqualTo(IMAGE);
    assertThat(deserializer.deserialize(TOPIC, join(guid(), PAYLOAD)))
        .as("without headers at all")
        .isEqualTo(IMAGE);
  }

  @Test
  void shouldBelieveTheLastHeaderBeforeThePrefix() {
    Headers headers = headers(VALUE_ID, HexFormat.of().parseHex("0000000001"));
    headers.add(VALUE_ID, guid());

    assertThat(serde(Map.of()).deserializer().deserialize(TOPIC, headers, PAYLOAD))
        .isEqualTo(IMAGE);
  }

  @Test
  void shouldLookAtThePrefixWhenTheHeaderIsEmptyOrOfTheKey() {
    Headers headers = new ProducerRecord<byte[], byte[]>(TOPIC, null).headers();
    headers.add(VALUE_ID, null);
    headers.add(KEY_ID, guid());

    assertThat(serde(Map.of()).deserializer().deserialize(TOPIC, headers, join(id(), PAYLOAD)))
        .isEqualTo(IMAGE);
  }

  @Test
  void shouldReadAKeyByTheHeaderOfTheKey() {
    AvroSerde<ImageUrl> keys = new AvroSerde<>(ImageUrl.class);
    keys.configure(Map.of("schema.registry.url", url), true);

    assertThat(keys.deserializer().deserialize(TOPIC, headers(KEY_ID, guid()), PAYLOAD))
        .isEqualTo(IMAGE);
  }

  @Test
  void shouldNotLookIntoHeadersWhenToldNotTo() {
    Map<String, ?> prefixOnly =
        Map.of("value.schema.id.deserializer", CONFLUENT + "PrefixSchemaIdDeserializer");
    Headers nonsense = headers(VALUE_ID, new byte[] {9});

    assertThat(serde(prefixOnly).deserializer().deserialize(TOPIC, nonsense, join(id(), PAYLOAD)))
        .isEqualTo(IMAGE);
  }

  @ParameterizedTest
  @CsvSource({
    "'', too short",
    "00000001, too short",
    "01000102030405060708090a0b0c0d0e, too short",
    "0900000001, Unknown magic byte!",
    "000000270f, schema id 9999",
    "01000102030405060708090a0b0c0d0e0f, schema GUID 00010203-0405-0607-0809-0a0b0c0d0e0f",
  })
  void shouldSayWhatIsWrongWithAHeader(String hex, String message) {
    Headers headers = headers(VALUE_ID, HexFormat.of().parseHex(hex));

    assertThatThrownBy(() -> serde(Map.of()).deserializer().deserialize(TOPIC, headers, PAYLOAD))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic requests")
        .hasMessageContaining(message);
  }

  @Test
  void shouldWriteTheGuidIntoTheHeaderAndNothingBeforeTheRecord() {
    Headers headers = headers(VALUE_ID, new byte[] {9});

    byte[] bytes = serde(INTO_HEADER).serializer().serialize(TOPIC, headers, IMAGE);

    assertThat(bytes).isEqualTo(PAYLOAD);
    assertThat(headers.headers(VALUE_ID))
        .extracting(header -> header.value())
        .containsExactly(guid());
    assertThat(serde(Map.of()).deserializer().deserialize(TOPIC, headers, bytes)).isEqualTo(IMAGE);
  }

  @Test
  void shouldTakeAwayTheHeaderOfAnotherRecordWhenItWritesThePrefix() {
    Headers headers = headers(VALUE_ID, new byte[] {9});

    byte[] bytes = serde(Map.of()).serializer().serialize(TOPIC, headers, IMAGE);

    assertThat(bytes).isEqualTo(join(id(), PAYLOAD));
    assertThat(headers).isEmpty();
  }

  @Test
  void shouldNotWriteIntoHeadersThatAreNotThere() {
    assertThatThrownBy(() -> serde(INTO_HEADER).serializer().serialize(TOPIC, IMAGE))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic requests")
        .hasMessageContaining("no headers");
  }

  @Test
  void shouldSayThatAnOldRegistryHasNoGuids() {
    try (RegistryServer old = new RegistryServer(RegistryServer.id(7))) {
      Map<String, Object> settings = new HashMap<>(INTO_HEADER);
      settings.put("schema.registry.url", old.url());
      AvroSerde<ImageUrl> serde = new AvroSerde<>(ImageUrl.class);
      serde.configure(settings, false);

      assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, headers(), IMAGE))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("no GUID for subject requests-value");
    }
  }

  @ParameterizedTest
  @CsvSource({"value.schema.id.serializer", "value.schema.id.deserializer"})
  void shouldRefuseWaysItDoesNotKnow(String setting) {
    assertThatThrownBy(() -> serde(Map.of(setting, "my.own.Way")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(setting)
        .hasMessageContaining("PrefixSchemaId");
  }

  private byte[] id() {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(name.id()).array();
  }

  private byte[] guid() {
    UUID guid = Objects.requireNonNull(name.guid());
    return HexFormat.of().parseHex("01" + guid.toString().replace("-", ""));
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static Headers headers() {
    return new ProducerRecord<byte[], byte[]>(TOPIC, null).headers();
  }

  private static Headers headers(String name, byte[] value) {
    return headers().add(name, value);
  }

  private Serde<ImageUrl> serde(Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("schema.registry.url", url);
    AvroSerde<ImageUrl> serde = new AvroSerde<>(ImageUrl.class);
    serde.configure(settings, false);
    return serde;
  }
}
