// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.RULES;
import static io.completionworker.codec.Fixtures.reader;
import static io.completionworker.codec.Fixtures.request;
import static io.completionworker.codec.Fixtures.source;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.serde.registry.RegistryServer;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.RequestValidator;
import java.net.ConnectException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records whose bytes make no request, or none as long as the registry is away. */
class CallReaderDecodingTest {

  private static Reading read(Deserializer<CompletionRequest> deserializer, SourceRecord source) {
    CallReader reader =
        new CallReader(
            deserializer,
            deserializer,
            new RequestValidator(Strictness.STRICT),
            TokenEstimator.bySize(1_024),
            Fixtures.NO_CREDENTIALS,
            RULES);
    return reader.read(source, true);
  }

  private static Reading throwing(Throwable thrown) {
    return read(
        (topic, bytes) -> {
          if (thrown instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) thrown;
        },
        source(new byte[] {1}));
  }

  private static Outcome.DeadLettered deadLetter(Reading reading) {
    return (Outcome.DeadLettered) ((Reading.Ended) reading).outcome();
  }

  @Test
  void shouldMakeADeadLetterOfARecordWithoutAValue() {
    Outcome.DeadLettered letter = deadLetter(reader(RULES).read(source((byte[]) null), false));

    assertThat(letter.exception()).isEqualTo(SerializationException.class.getName());
    assertThat(letter.message()).contains("no value");
  }

  @Test
  void shouldMakeADeadLetterOfWhatDecodesToNothing() {
    assertThat(deadLetter(read((topic, bytes) -> null, source(new byte[0]))).recovered()).isTrue();
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
  void shouldMakeADeadLetterOfWhatNeverDecodes(Throwable thrown) {
    Outcome.DeadLettered letter = deadLetter(throwing(thrown));

    assertThat(letter.exception()).isEqualTo(thrown.getClass().getName());
    assertThat(letter.message()).isNotBlank();
  }

  /** A registry without the endpoint for GUIDs answers with a bare 404. */
  @Test
  void shouldMakeADeadLetterOfAValueThatOnlyBeginsLikeASchemaGuid() {
    try (RegistryServer registry = new RegistryServer(RegistryServer.answer(404, ""))) {
      Deserializer<CompletionRequest> deserializer =
          new AvroSerdes(Map.of("schema.registry.url", registry.url()), AvroSerde.class.getName())
              .forValues(CompletionRequest.class)
              .deserializer();
      byte[] value = "\u0001 is a control character, and this is no Avro".getBytes(UTF_8);

      assertThat(deadLetter(read(deserializer, source(value))).message())
          .contains("Schema registry has no schema GUID ")
          .contains("HTTP 404")
          .contains("begins with 0x01 and has no header __value_schema_id");
      assertThat(deadLetter(read(deserializer, source(value))).message()).contains("HTTP 404");
      assertThat(registry.lines()).as("the second is not asked for again").hasSize(1);
    }
  }

  @Test
  void shouldSayWhichSchemaTheRegistryDoesNotKnow() {
    try (RegistryServer registry =
        new RegistryServer(RegistryServer.error(404, 40403, "Schema 9 not found"))) {
      Deserializer<CompletionRequest> deserializer =
          new AvroSerdes(Map.of("schema.registry.url", registry.url()), AvroSerde.class.getName())
              .forValues(CompletionRequest.class)
              .deserializer();
      byte[] value = {0, 0, 0, 0, 9, 1};

      for (int i = 0; i < 2; i++) {
        Reading reading = read(deserializer, source(value));
        assertThat(reading).isInstanceOf(Reading.Unknown.class);
        Reading.Unknown unknown = (Reading.Unknown) reading;
        assertThat(unknown.schema()).startsWith("schema id 9");
        assertThat(deadLetter(new Reading.Ended(unknown.otherwise())).message())
            .contains("Cannot read a record of topic", "40403");
        assertThat(deadLetter(new Reading.Ended(unknown.otherwise())).exception())
            .isEqualTo(SerializationException.class.getName());
      }
      assertThat(registry.lines()).as("the second is not asked for").hasSize(1);
    }
  }

  /** Confluent's serdes have the fault in a cause, or in a message alone. */
  @Test
  void shouldTellThatASchemaIsUnknownByTheCodeThatConfluentsSerdesGive() {
    String said = "Schema 9 not found; error code: 40403";

    assertThat(throwing(new InvalidConfigurationException(said)))
        .isInstanceOf(Reading.Unknown.class)
        .extracting("schema")
        .isEqualTo(said);
    assertThat(throwing(new InvalidConfigurationException("No subject; error code: 40401")))
        .isInstanceOf(Reading.Ended.class);
  }

  @Test
  void shouldNameTheInnermostCauseOfADeadLetter() {
    Throwable cause = new IllegalArgumentException("length is negative");

    assertThat(deadLetter(throwing(new SerializationException("Not readable", cause))).message())
        .contains("Not readable", "length is negative");
  }

  static Stream<Throwable> faultsOfTheRegistry() {
    return Stream.of(
        new TimeoutException("registry"),
        new SerializationException("wrapped", new TimeoutException("registry")),
        new SerializationException("wrapped", new ConnectException("refused")),
        new AuthenticationException("Unauthorized; error code: 401"),
        new AuthorizationException("Forbidden; error code: 403"));
  }

  @ParameterizedTest
  @MethodSource("faultsOfTheRegistry")
  void shouldReadLaterWhatTheRegistryHoldsUp(Throwable thrown) {
    assertThat(throwing(thrown)).isInstanceOf(Reading.Later.class);
  }

  @Test
  void shouldReadLaterWhenTheEndOfTheWorkerInterruptsIt() {
    Reading reading = throwing(new InterruptException("closing"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(reading).isInstanceOf(Reading.Later.class);
  }

  /** An instance with another value.format may have accepted them. */
  @Test
  void shouldReadRecoveredRecordsByADeserializerOfTheirOwn() {
    CallReader reader =
        new CallReader(
            (topic, bytes) -> request().setModel("published").build(),
            (topic, bytes) -> request().setModel("recovered").build(),
            new RequestValidator(Strictness.STRICT),
            TokenEstimator.bySize(1_024),
            Fixtures.NO_CREDENTIALS,
            RULES);

    assertThat(model(reader.read(source(new byte[] {1}), false))).isEqualTo("published");
    assertThat(model(reader.read(source(new byte[] {1}), true))).isEqualTo("recovered");
  }

  private static String model(Reading reading) {
    return ((Reading.Ready) reading).call().request().getModel();
  }

  @Test
  void shouldGiveTheDeserializerTheTopicAndTheHeaders() {
    Deserializer<CompletionRequest> deserializer =
        new Deserializer<>() {
          @Override
          public CompletionRequest deserialize(String topic, byte[] bytes) {
            throw new AssertionError("headers are needed");
          }

          @Override
          public CompletionRequest deserialize(
              String topic, org.apache.kafka.common.header.Headers headers, byte[] bytes) {
            assertThat(topic).isEqualTo("completion-requests");
            assertThat(headers.lastHeader("__value_schema_id").value()).containsExactly(7);
            return request().build();
          }
        };

    Reading reading =
        read(
            deserializer,
            source(new byte[] {1}, new RecordHeader("__value_schema_id", new byte[] {7})));

    assertThat(reading).isInstanceOf(Reading.Ready.class);
  }
}
