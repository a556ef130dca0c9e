// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import io.completionworker.avro.Prediction;
import io.completionworker.serde.FilledRecords.Branch;
import io.completionworker.serde.RegisteredSchemas.SchemaForms;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.Settings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvroSerdeTest {

  private static final String TOPIC = "requests";

  private final String url = "mock://" + UUID.randomUUID();

  static List<Class<? extends SpecificRecord>> types() {
    return FilledRecords.types();
  }

  @ParameterizedTest
  @MethodSource("types")
  <T extends SpecificRecord> void shouldReadWhatItWrote(Class<T> type) {
    Serde<T> serde = serde(new AvroSerde<>(type), Map.of());

    for (Branch branch : Branch.values()) {
      T written = FilledRecords.of(type, branch);

      byte[] bytes = serde.serializer().serialize(TOPIC, written);

      assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(written);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  <T extends SpecificRecord> void shouldFindTheClassByTheWritersName(Class<T> type) {
    Serde<SpecificRecord> serde = serde(new AvroSerde<>(), Map.of());
    T written = FilledRecords.of(type, Branch.LAST);

    byte[] bytes = serde.serializer().serialize(TOPIC, written);

    assertThat(serde.deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(type)
        .isEqualTo(written);
  }

  @Test
  void shouldWriteConfluentsWireFormat() {
    Serde<ImageUrl> serde = serde(new AvroSerde<>(ImageUrl.class), Map.of());

    byte[] bytes = serde.serializer().serialize(TOPIC, new ImageUrl("http://é", null));

    assertThat(HexFormat.ofDelimiter(" ").formatHex(bytes))
        .isEqualTo("00 00 00 00 01 12 68 74 74 70 3a 2f 2f c3 a9 00");
  }

  @Test
  void shouldPassNullBothWays() {
    Serde<ImageUrl> serde = serde(new AvroSerde<>(ImageUrl.class), Map.of());

    assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
    assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
  }

  @ParameterizedTest
  @MethodSource("types")
  <T extends SpecificRecord> void shouldRegisterWithoutMarksOfTheGenerator(Class<T> type) {
    write(serde(new AvroSerde<>(type), Map.of()), FilledRecords.of(type, Branch.FIRST));

    Schema registered = registry().schemaById(1, null).schema();
    assertThat(registered.toString())
        .doesNotContain("avro.java")
        .doesNotContain("{\"type\":\"string\"}");
    assertThat(registered.toString()).as("docs stay").contains("\"doc\":");
    assertThat(registered.getFullName()).isEqualTo(type.getName());
  }

  @Test
  void shouldNameSubjectsByStrategy() {
    String name = "value.subject.name.strategy";
    String confluent = "io.confluent.kafka.serializers.subject.";
    ImageUrl image = new ImageUrl("u", null);
    write(serde(new AvroSerde<>(ImageUrl.class), Map.of()), image);
    write(
        serde(new AvroSerde<>(ImageUrl.class), Map.of(name, confluent + "RecordNameStrategy")),
        image);
    write(serde(new AvroSerde<>(ImageUrl.class), Map.of(name, "TopicRecordName")), image);
    AvroSerde<ImageUrl> keys = new AvroSerde<>(ImageUrl.class);
    keys.configure(Map.of("schema.registry.url", url), true);
    write(keys, image);

    for (String subject :
        List.of(
            "requests-value",
            "io.completionworker.avro.ImageUrl",
            "requests-io.completionworker.avro.ImageUrl",
            "requests-key")) {
      assertThat(registry().latest(subject).id().id()).isEqualTo(1);
    }
  }

  @Test
  void shouldOnlyLookUpWhenItMayNotRegister() {
    Serde<ImageUrl> reader =
        serde(new AvroSerde<>(ImageUrl.class), Map.of("auto.register.schemas", false));

    assertThatThrownBy(() -> write(reader, new ImageUrl("u", null)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic requests")
        .hasMessageContaining("subject requests-value")
        .hasMessageContaining("40401");

    registry().register("other", Schema.create(Schema.Type.INT));
    registry().register("requests-value", SchemaForms.registered(ImageUrl.SCHEMA$));
    assertThat(write(reader, new ImageUrl("u", null))).startsWith(0, 0, 0, 0, 2);
  }

  @Test
  void shouldWriteWithTheLatestVersionByFieldName() {
    registry()
        .register(
            "requests-value",
            SchemaBuilder.record("ImageUrl")
                .namespace("io.completionworker.avro")
                .fields()
                .name("added")
                .type()
                .intType()
                .intDefault(5)
                .optionalString("detail")
                .requiredString("url")
                .endRecord());
    Serde<ImageUrl> serde = serde(new AvroSerde<>(ImageUrl.class), latest());

    byte[] bytes = write(serde, new ImageUrl("u", "d"));

    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("0000000001" + "0a" + "020264" + "0275");
    assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(new ImageUrl("u", "d"));
  }

  @Test
  void shouldWriteDirectlyWhenTheLatestVersionIsItsOwn() {
    registry().register("requests-value", SchemaForms.registered(ImageUrl.SCHEMA$));

    assertThat(write(serde(new AvroSerde<>(ImageUrl.class), latest()), new ImageUrl("u", null)))
        .containsExactly(0, 0, 0, 0, 1, 2, 'u', 0);
  }

  @Test
  void shouldRefuseALatestVersionThatCannotReadTheRecord() {
    registry()
        .register(
            "requests-value",
            SchemaBuilder.record("ImageUrl")
                .namespace("io.completionworker.avro")
                .fields()
                .requiredString("url")
                .requiredInt("added")
                .endRecord());

    assertThatThrownBy(
            () -> write(serde(new AvroSerde<>(ImageUrl.class), latest()), new ImageUrl("u", "d")))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("latest version of subject requests-value");
    Map<String, Object> lenient = new HashMap<>(latest());
    lenient.put("latest.compatibility.strict", "false");
    assertThatThrownBy(
            () -> write(serde(new AvroSerde<>(ImageUrl.class), lenient), new ImageUrl("u", "d")))
        .as("it comes as far as the missing value")
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("added");
  }

  @Test
  void shouldSayWhichFieldIsMissingAndWriteTheNextRecord() {
    Serde<ImageUrl> serde = serde(new AvroSerde<>(ImageUrl.class), Map.of());

    assertThatThrownBy(() -> write(serde, new ImageUrl(null, null)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic requests")
        .hasMessageContaining("ImageUrl.url");
    assertThat(write(serde, new ImageUrl("u", null))).containsExactly(0, 0, 0, 0, 1, 2, 'u', 0);
  }

  @Test
  void shouldNotShowAValueThatHasTheWrongType() {
    Serde<Prediction> serde = serde(new AvroSerde<>(Prediction.class), Map.of());
    Object wrong = List.of(new StringBuilder("planted"));

    assertThatThrownBy(() -> write(serde, new Prediction("content", wrong)))
        .isInstanceOf(SerializationException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("planted"))
        .hasNoCause();
  }

  @Test
  void shouldWriteLargeRecords() {
    Serde<CompletionRequest> serde = serde(new AvroSerde<>(CompletionRequest.class), Map.of());
    char[] text = new char[2_000_000];
    Arrays.fill(text, 'ü');
    CompletionRequest request = FilledRecords.of(CompletionRequest.class, Branch.FIRST);
    request.put("user", new String(text));

    for (int i = 0; i < 2; i++) {
      byte[] bytes = serde.serializer().serialize(TOPIC, request);
      assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(request);
    }
  }

  @Test
  void shouldKeepTheTypesOfContent() {
    Serde<Message> serde = serde(new AvroSerde<>(Message.class), Map.of());
    Message text = FilledRecords.of(Message.class, Branch.FIRST);
    Message parts = FilledRecords.of(Message.class, Branch.LAST);

    assertThat(read(serde, write(serde, text)).getContent()).isInstanceOf(String.class);
    assertThat((List<?>) read(serde, write(serde, parts)).getContent())
        .allSatisfy(part -> assertThat(part).isInstanceOf(ContentPart.class));
  }

  @Test
  void shouldAskToBeConfigured() {
    assertThatThrownBy(() -> new AvroSerde<>(ImageUrl.class).serializer())
        .isInstanceOf(IllegalStateException.class);
  }

  private static <T> byte[] write(Serde<T> serde, T value) {
    return serde.serializer().serialize(TOPIC, value);
  }

  private static <T> T read(Serde<T> serde, byte[] bytes) {
    return serde.deserializer().deserialize(TOPIC, bytes);
  }

  private static Map<String, Object> latest() {
    return Map.of("auto.register.schemas", "false", "use.latest.version", "true");
  }

  private RegistryClient registry() {
    return RegistryClient.of(new Settings(Map.of("schema.registry.url", url)));
  }

  private <T extends SpecificRecord> Serde<T> serde(AvroSerde<T> serde, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("schema.registry.url", url);
    serde.configure(settings, false);
    return serde;
  }
}
