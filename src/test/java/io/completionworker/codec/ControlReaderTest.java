// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.WorkerConfig;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.ControlRecord.Reading;
import io.completionworker.format.ValueSerdes;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.serde.registry.RegistryServer;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlReaderTest {

  private static final String TOPIC = "completion-controls";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final CompletionControl PAUSE =
      CompletionControl.newBuilder()
          .setKind(ControlKind.PAUSE)
          .setModel("gpt-*")
          .setCreatedAt(Instant.parse("2026-01-31T08:00:00Z"))
          .setCreatedBy("ops")
          .build();

  private final String registry = "mock://" + UUID.randomUUID();
  private long nanos = Long.MAX_VALUE - 5;

  @ParameterizedTest
  @ValueSource(strings = {"avro", "json"})
  void shouldReadAControlInTheFormatOfTheValues(String format) {
    ValueSerdes serdes = serdes(format);
    byte[] value = serdes.forValues(CompletionControl.class).serializer().serialize(TOPIC, PAUSE);

    Reading reading =
        reader(serdes.forValues(CompletionControl.class).deserializer()).read(record("p-1", value));

    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Valid.class,
            valid -> {
              assertThat(valid.control()).isInstanceOf(Control.Pause.class);
              assertThat(valid.control().selector().text()).isEqualTo("model gpt-*");
              assertThat(valid.control().origin().id()).isEqualTo("p-1");
            });
  }

  @Test
  void shouldReadJsonAsAPersonWritesIt() {
    String value =
        """
        {
          "kind": "CANCEL",
          "metadata": {"team": "search"},
          "created_at": "2026-01-31T08:00:00Z",
          "expires_at": 1769932800000
        }
        """;

    assertThat(json(value))
        .isInstanceOfSatisfying(
            Reading.Valid.class,
            valid ->
                assertThat(valid.control().selector().text()).isEqualTo("metadata team=search"));
  }

  /** Without the misspelt field, each would select more than was meant. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kind\":\"CANCEL\",\"model\":\"m\",\"batchId\":\"b\",\"created_at\":1} | batchId is not",
        "{\"kind\":\"cancel\",\"model\":\"m\",\"created_at\":1} | kind: is not known to this",
        "{\"kind\":\"CANCEL\",\"model\":\"m\"} | created_at is missing",
        "{\"kind\":\"CANCEL\",\"model\":7,\"created_at\":1} | model is not a string",
        "{\"kind\":\"CANCEL\",\"created_at\":1} | nothing is selected",
        "{\"kind\":\"CANCEL\",\"metadata\":{\"a\":null},\"created_at\":1} | metadata.a is null",
        "stop everything | is not valid JSON",
      })
  void shouldSayWhatIsWrongWithJson(String value, String said) {
    assertThat(json(value))
        .isInstanceOfSatisfying(
            Reading.Invalid.class, invalid -> assertThat(invalid.why()).contains(said));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the record has no key, which is the id of a control",
        "' ' | the record has no key, which is the id of a control",
        "a\uFFFDb | the key is not text in UTF-8",
        "'a\nb' | the key has control characters",
      })
  void shouldRefuseAKeyThatCannotBeAnId(String id, String said) {
    assertThat(reader((topic, value) -> PAUSE).read(record(id, new byte[] {1})))
        .isEqualTo(new Reading.Invalid(said));
  }

  @Test
  void shouldRefuseAKeyThatIsTooLong() {
    ControlReader reader = reader((topic, value) -> PAUSE);

    assertThat(reader.read(record("i".repeat(200), new byte[] {1})))
        .isInstanceOf(Reading.Valid.class);
    assertThat(reader.read(record("i".repeat(201), new byte[] {1})))
        .isEqualTo(new Reading.Invalid("the key has more than 200 characters"));
  }

  static Stream<Throwable> faultsOfTheBytes() {
    return Stream.of(
        new SerializationException("Unknown magic byte"),
        new IllegalStateException("odd"),
        new NullPointerException(),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("faultsOfTheBytes")
  void shouldRefuseWhatNeverDecodes(Throwable thrown) {
    assertThat(reader(throwing(thrown)).read(record("c", new byte[] {1})))
        .isInstanceOfSatisfying(
            Reading.Invalid.class, invalid -> assertThat(invalid.why()).isNotBlank());
  }

  @Test
  void shouldRefuseWhatDecodesToNothing() {
    assertThat(reader((topic, value) -> null).read(record("c", new byte[0])))
        .isEqualTo(new Reading.Invalid("the record has no value"));
  }

  static Stream<Throwable> faultsOfTheRegistry() {
    return Stream.of(
        new TimeoutException("registry"),
        new SerializationException("wrapped", new ConnectException("refused")),
        new AuthorizationException("Forbidden; error code: 403"));
  }

  @ParameterizedTest
  @MethodSource("faultsOfTheRegistry")
  void shouldReadLaterWhatTheRegistryHoldsUp(Throwable thrown) {
    assertThat(reader(throwing(thrown)).read(record("c", new byte[] {1})))
        .isInstanceOf(Reading.Later.class);
  }

  /** A registry that is copied from another one has a new schema later. */
  @Test
  void shouldWaitForASchemaForSomeTime() {
    try (RegistryServer server =
        new RegistryServer(RegistryServer.error(404, 40403, "Schema 9 not found"))) {
      ControlReader reader =
          reader(
              new AvroSerdes(Map.of("schema.registry.url", server.url()), AvroSerde.class.getName())
                  .forValues(CompletionControl.class)
                  .deserializer());
      ControlRecord record = record("c", new byte[] {0, 0, 0, 0, 9, 1});

      assertThat(reader.read(record)).isInstanceOf(Reading.Later.class);
      nanos += PATIENCE.toNanos() - 1;
      assertThat(reader.read(record)).isInstanceOf(Reading.Later.class);
      nanos += 1;
      assertThat(reader.read(record))
          .isInstanceOfSatisfying(
              Reading.Invalid.class, invalid -> assertThat(invalid.why()).contains("40403"));
      assertThat(reader.read(record("d", new byte[] {0, 0, 0, 0, 8, 1})))
          .as("another schema")
          .isInstanceOf(Reading.Later.class);
    }
  }

  /** Some serdes put the id of the schema there. */
  @Test
  void shouldGiveTheHeadersToTheDeserializer() {
    Deserializer<CompletionControl> ofHeaders =
        new Deserializer<>() {
          @Override
          public @Nullable CompletionControl deserialize(String topic, byte[] value) {
            throw new SerializationException("no headers");
          }

          @Override
          public CompletionControl deserialize(
              String topic, org.apache.kafka.common.header.Headers headers, byte[] value) {
            assertThat(headers.lastHeader("__value_schema_id").value()).containsExactly(7);
            return PAUSE;
          }
        };

    assertThat(
            reader(ofHeaders)
                .read(
                    new ControlRecord(
                        "c",
                        new byte[] {1},
                        List.of(new RecordHeader("__value_schema_id", new byte[] {7})))))
        .isInstanceOf(Reading.Valid.class);
  }

  private Reading json(String value) {
    return reader(serdes("json").forValues(CompletionControl.class).deserializer())
        .read(record("c", value.getBytes(UTF_8)));
  }

  private ControlReader reader(Deserializer<CompletionControl> values) {
    return new ControlReader(values, TOPIC, PATIENCE, () -> nanos);
  }

  private static Deserializer<CompletionControl> throwing(Throwable thrown) {
    return (topic, value) -> {
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) thrown;
    };
  }

  private static ControlRecord record(String id, byte[] value) {
    return new ControlRecord(id, value, List.of());
  }

  private ValueSerdes serdes(String format) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");
    environment.put("VALUE_FORMAT", format);
    if (format.equals("avro")) {
      environment.put("SCHEMA_REGISTRY_URL", registry);
    }
    return ValueSerdes.of(WorkerConfig.load(Optional.empty(), environment));
  }
}
