// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ImageUrl;
import io.completionworker.serde.FilledRecords.Branch;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.Settings;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes come, they end as a SerializationException or as a record. */
class UnreadableBytesTest {

  private static final String TOPIC = "requests";

  /** More than any heap of these tests has. */
  private static final String HUGE_LENGTH = "feffffff0f";

  private final Map<String, String> settings =
      Map.of("schema.registry.url", "mock://" + UUID.randomUUID());

  static List<Class<? extends SpecificRecord>> types() {
    return FilledRecords.types();
  }

  @ParameterizedTest
  @MethodSource("types")
  <T extends SpecificRecord> void shouldRefuseARecordCutAnywhere(Class<T> type) {
    Serde<T> serde = serde(type);
    for (Branch branch : Branch.values()) {
      byte[] whole = serde.serializer().serialize(TOPIC, FilledRecords.of(type, branch));

      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, cut))
            .as("the first %d of %d bytes", length, whole.length)
            .isInstanceOf(SerializationException.class)
            .hasMessageContaining("topic requests")
            .hasMessageContaining(length < 5 ? "too short" : "truncated Avro");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  <T extends SpecificRecord> void shouldEndChangedBytesAsARecordOrARefusal(Class<T> type) {
    Serde<T> serde = serde(type);
    byte[] whole = serde.serializer().serialize(TOPIC, FilledRecords.of(type, Branch.LAST));
    Random random = new Random(20_260_801);

    for (int i = 0; i < 5_000; i++) {
      byte[] changed = whole.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        changed[5 + random.nextInt(changed.length - 5)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(serde.deserializer().deserialize(TOPIC, changed)).isInstanceOf(type);
      } catch (SerializationException e) {
        assertThat(e).hasMessageContaining("topic requests");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', too short: 0 bytes",
    "00, too short: 1 bytes",
    "00000001, too short: 4 bytes",
    "01000000010275, too short: 7 bytes",
    "01000102030405060708090a0b0c0d0e0f0275, schema GUID 00010203-0405-0607-0809-0a0b0c0d0e0f",
    "02000000010275, Unknown magic byte!",
    "7b226d6f64656c22, Unknown magic byte!",
    "000000270f0275, schema id 9999",
    "00ffffffff0275, schema id -1",
    "0000000001, truncated",
    "0000000001" + HUGE_LENGTH + ", truncated",
    "0000000001ffffffffffffffffff01, Negative length",
    "0000000001ffffffffffffffffffff, Invalid long encoding",
    "00000000010275ffffffffff, Invalid int encoding",
    "0000000001027504, no such union branch",
    "0000000001027503, no such union branch",
  })
  void shouldSayWhatIsWrong(String hex, String message) {
    Serde<ImageUrl> serde = serde(ImageUrl.class);
    serde.serializer().serialize(TOPIC, new ImageUrl("u", null));

    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic requests")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"02", "01"})
  void shouldNotMakeRoomForItemsThatAreNotThere(String sign) {
    Serde<CompletionRequest> serde = serde(CompletionRequest.class);
    serde.serializer().serialize(TOPIC, FilledRecords.of(CompletionRequest.class, Branch.LAST));
    String count = sign.equals("02") ? HUGE_LENGTH : "fdffffff0f" + "02";

    byte[] bytes = HexFormat.of().parseHex("0000000001" + "00" + count + "00");

    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("truncated");
  }

  @Test
  void shouldRefuseSkippedFieldsThatAreEndless() {
    Schema endless =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "ImageUrl", "namespace": "io.completionworker.avro",
                 "fields": [
                  {"name": "nulls", "type": {"type": "array", "items": "null"}},
                  {"name": "nested", "type": {"type": "record", "name": "Nested", "fields": [
                    {"name": "next", "type": ["null", "Nested"]}]}},
                  {"name": "url", "type": "string"}]}
                """);
    int id = registry().register("x", endless).id();
    Serde<ImageUrl> serde = serde(ImageUrl.class);
    byte[] many = HexFormat.of().parseHex("000000000" + id + "feffffffffffffffff01" + "00");
    byte[] deep = new byte[3_000_000];
    Arrays.fill(deep, (byte) 2);
    deep[0] = deep[1] = deep[2] = deep[3] = 0;
    deep[4] = (byte) id;
    deep[5] = 0;

    for (byte[] bytes : List.of(many, deep)) {
      assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void shouldRefuseAnotherRecord() {
    Serde<ImageUrl> serde = serde(ImageUrl.class);
    byte[] other =
        serde(CompletionRequest.class)
            .serializer()
            .serialize(TOPIC, FilledRecords.of(CompletionRequest.class, Branch.LAST));

    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, other))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("expecting io.completionworker.avro.ImageUrl");
  }

  @Test
  void shouldOnlyMakeGeneratedRecords() {
    int id =
        registry()
            .register(
                "x", SchemaBuilder.record("java.lang.Thread").fields().optionalInt("a").endRecord())
            .id();
    AvroSerde<SpecificRecord> serde = new AvroSerde<>();
    serde.configure(settings, false);

    assertThatThrownBy(
            () -> serde.deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, (byte) id, 0}))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("java.lang.Thread, which has no generated class");
  }

  @Test
  void shouldRefuseTrailingBytesOnlyWhenToldTo() {
    byte[] bytes = serde(ImageUrl.class).serializer().serialize(TOPIC, new ImageUrl("u", null));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 3);
    AvroSerde<ImageUrl> strict = new AvroSerde<>(ImageUrl.class);
    strict.configure(
        Map.of(
            "schema.registry.url",
            settings.get("schema.registry.url"),
            "avro.fail.on.trailing.data",
            true),
        false);

    assertThat(serde(ImageUrl.class).deserializer().deserialize(TOPIC, longer))
        .isEqualTo(new ImageUrl("u", null));
    assertThatThrownBy(() -> strict.deserializer().deserialize(TOPIC, longer))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("3 bytes after the end");
  }

  private RegistryClient registry() {
    return RegistryClient.of(new Settings(settings));
  }

  private <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
    AvroSerde<T> serde = new AvroSerde<>(type);
    serde.configure(settings, false);
    return serde;
  }
}
