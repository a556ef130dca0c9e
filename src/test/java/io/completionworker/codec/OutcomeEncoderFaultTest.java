// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.rejected;
import static io.completionworker.codec.Fixtures.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.UsageRow;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.serde.registry.RegistryServer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/**
 * What cannot be encoded now waits, and what never can be becomes smaller: nothing is thrown and
 * nothing is lost.
 */
class OutcomeEncoderFaultTest {

  private static Outcome outcome() {
    return new Outcome.Completed(
        call(request().build()), answer("a"), List.of(answered(1, answer("a"))), false);
  }

  private static OutcomeEncoder encoder(Serializer<CompletionResponse> serializer) {
    OutcomeEncoder.Serdes working = OutcomeWriting.serdes();
    return OutcomeWriting.encoder(
        new OutcomeEncoder.Serdes(
            Serdes.serdeFrom(serializer, working.responses().deserializer()),
            working.usage(),
            working.failures()),
        OutcomeWriting.AMPLE,
        true);
  }

  private static OutcomeEncoder encoderOfRows(Serializer<CompletionUsage> serializer) {
    OutcomeEncoder.Serdes working = OutcomeWriting.serdes();
    return OutcomeWriting.encoder(
        new OutcomeEncoder.Serdes(
            working.responses(),
            Serdes.serdeFrom(serializer, working.usage().deserializer()),
            working.failures()),
        OutcomeWriting.AMPLE,
        true);
  }

  private static OutcomeEncoder throwing(Supplier<? extends RuntimeException> fault) {
    return encoder(
        (topic, value) -> {
          throw fault.get();
        });
  }

  @Test
  void shouldWriteLaterWhatTheRegistryHoldsUp() {
    OutcomeEncoder encoder = throwing(() -> new TimeoutException("registry is away"));

    assertThat(encoder.write(outcome()))
        .isEqualTo(new EncodingResult.RetryLater<>("TimeoutException: registry is away"));
  }

  @Test
  void shouldWaitWithEveryOutcomeWhenNothingAtAllCanBeEncoded() {
    OutcomeEncoder encoder = throwing(() -> new SerializationException("incompatible (409)"));

    assertThat(encoder.write(outcome()))
        .isEqualTo(
            new EncodingResult.Blocked<>(
                "completion-responses: SerializationException: incompatible (409)"));
  }

  /** A serializer that cannot write answers of this kind, and can write others. */
  private static OutcomeEncoder refusing(Predicate<CompletionResponse> unwritable) {
    Serializer<CompletionResponse> working = OutcomeWriting.serdes().responses().serializer();
    return encoder(
        (topic, value) -> {
          if (unwritable.test(value)) {
            throw new ClassCastException("value my prompt is no int");
          }
          return working.serialize(topic, value);
        });
  }

  @Test
  void shouldLeaveTheBodyOutWhereItIsWhatCannotBeEncoded() {
    OutcomeEncoder encoder = refusing(response -> response.getBody() != null);

    EncodingResult<Emission> writing = encoder.write(outcome());

    assertThat(writing).isInstanceOf(EncodingResult.Encoded.class);
    Emission emission = ((EncodingResult.Encoded<Emission>) writing).value();
    assertThat(OutcomeWriting.responses(emission)).hasSize(1);
    assertThat(OutcomeWriting.responses(emission).get(0).getBody()).isNull();
  }

  @Test
  void shouldSayThatAnAnswerCanNeverBeEncodedWhenAnotherCouldBe() {
    OutcomeEncoder encoder = refusing(response -> !response.getRequestId().isEmpty());

    assertThat(encoder.write(outcome()))
        .isEqualTo(new EncodingResult.Unencodable<>("completion-responses: ClassCastException"));
  }

  @Test
  void shouldSayThatAnAnswerCanNeverBeEncodedWhenItIsTooDeepForTheStack() {
    OutcomeEncoder encoder =
        encoder(
            (topic, value) -> {
              if (value.getRequestId().isEmpty()) {
                return new byte[] {1};
              }
              throw new StackOverflowError();
            });

    assertThat(encoder.write(outcome())).isInstanceOf(EncodingResult.Unencodable.class);
  }

  /** With an outage in between, a second try says nothing of the value. */
  @Test
  void shouldWriteLaterWhenTheRegistryIsLostWhileTheFaultIsLookedAt() {
    OutcomeEncoder encoder =
        encoder(
            (topic, value) -> {
              if (value.getRequestId().isEmpty()) {
                throw new TimeoutException("registry is away");
              }
              throw new ClassCastException();
            });

    assertThat(encoder.write(outcome())).isInstanceOf(EncodingResult.RetryLater.class);
  }

  @Test
  void shouldReturnTheRequestWithItsUsageRowsWhenNoFailureCanBeEncoded() {
    OutcomeEncoder encoder =
        OutcomeWriting.encoder(OutcomeWriting.serdesWithoutFailures(), OutcomeWriting.AMPLE, true);

    EncodingResult<Emission> writing =
        encoder.write(((Outcome.Completed) outcome()).unwritable("for a test"));

    Emission emission = ((EncodingResult.Encoded<Emission>) writing).value();
    assertThat(emission.role()).isEqualTo(new Emission.Role.Returned());
    assertThat(emission.ends()).isTrue();
    assertThat(emission.deadLetters()).hasSize(1);
    assertThat(OutcomeWriting.usage(emission)).hasSize(1);
    assertThat(emission.rows()).hasSize(1);
    assertThat(headers(emission))
        .contains("completion-failures: ClassCastException")
        .doesNotContain("my prompt");
  }

  private static String headers(Emission emission) {
    return emission.headers().stream()
        .map(header -> new String(Objects.requireNonNull(header.value()), UTF_8))
        .collect(Collectors.joining(" "));
  }

  @Test
  void shouldLeaveOutAUsageRowThatCannotBeEncodedAndStillSumItUp() {
    OutcomeEncoder encoder =
        encoderOfRows(
            (topic, value) -> {
              if (value.getRequestId().isEmpty()) {
                return new byte[] {1};
              }
              throw new ClassCastException();
            });

    EncodingResult.Encoded<Emission> written =
        (EncodingResult.Encoded<Emission>) encoder.write(outcome());

    assertThat(written.leftOut()).isEqualTo("completion-usage: ClassCastException");
    assertThat(written.value().responses()).hasSize(1);
    assertThat(written.value().usageValues()).isEmpty();
    assertThat(written.value().rows()).hasSize(1);
  }

  @Test
  void shouldNotGiveTheTimeOfAUsageRowThatCannotBeEncodedToTheNextOne() {
    Serializer<CompletionUsage> working = OutcomeWriting.serdes().usage().serializer();
    OutcomeEncoder encoder =
        encoderOfRows(
            (topic, value) -> {
              if (value.getCallId().equals("call-1")) {
                throw new ClassCastException();
              }
              return working.serialize(topic, value);
            });
    Outcome twice =
        new Outcome.Completed(
            call(request().build()),
            answer("a"),
            List.of(rejected(1, FailureReason.INVALID_RESPONSE, true), answered(2, answer("a"))),
            false);

    List<UsageRow> usage =
        ((EncodingResult.Encoded<Emission>) encoder.write(twice)).value().usage();

    assertThat(usage).extracting(row -> row.row().getCallId()).containsExactly("call-1", "call-2");
    assertThat(usage.get(0).value()).isNull();
    assertThat(
            AvroBytes.decode(
                CompletionUsage.class,
                Objects.requireNonNull(Objects.requireNonNull(usage.get(1).value()).bytes())))
        .isEqualTo(usage.get(1).row());
  }

  @Test
  void shouldAddUpTheLargestFormOfAUsageRowThatCanBeBuilt() {
    CompletionUsage row = OutcomeWriting.usage(OutcomeWriting.write(outcome())).get(0);
    EncodedForms<CompletionUsage> forms =
        new EncodedForms<>(
            OutcomeWriting.serdes().usage(),
            "completion-usage",
            2,
            form -> {
              if (form == 0) {
                throw new IllegalStateException("a bug in the complete form");
              }
              return row;
            });
    Packing.Draft draft =
        new Packing.Draft(new Emission.Role.End(), List.of(), List.of(forms), List.of());

    Emission emission =
        new Packing(OutcomeWriting.AMPLE)
            .pack(
                outcome().source(),
                Packing.envelopes(outcome().source(), List.of(), List::of),
                draft,
                1);

    assertThat(Objects.requireNonNull(emission).rows()).containsExactly(row);
    assertThat(OutcomeWriting.usage(emission)).containsExactly(row);
  }

  @Test
  void shouldWaitWithEveryOutcomeWhileTheRegistryRefusesTheSchema() {
    try (RegistryServer registry =
        new RegistryServer(RegistryServer.error(409, 409, "incompatible with version 3"))) {
      Serde<CompletionResponse> refused =
          new AvroSerdes(Map.of("schema.registry.url", registry.url()), AvroSerde.class.getName())
              .forValues(CompletionResponse.class);

      EncodingResult<Emission> writing = encoder(refused.serializer()).write(outcome());

      assertThat(writing).isInstanceOf(EncodingResult.Blocked.class);
      assertThat(writing.toString())
          .contains("completion-responses", "incompatible with version 3", "409");
    }
  }

  @Test
  void shouldNotWriteValuesWhoseSchemaIsInAHeader() {
    Serializer<CompletionResponse> serializer =
        new Serializer<>() {
          @Override
          public byte[] serialize(String topic, CompletionResponse value) {
            throw new AssertionError("headers are given");
          }

          @Override
          public byte[] serialize(String topic, Headers headers, CompletionResponse value) {
            headers.add("__value_schema_id", new byte[] {1});
            return new byte[] {1};
          }
        };

    assertThat(encoder(serializer).write(outcome())).isInstanceOf(EncodingResult.Blocked.class);
  }

  @Test
  void shouldGiveTheSerializerTheTopic() {
    OutcomeEncoder encoder =
        encoder(
            (topic, value) -> {
              assertThat(topic).isEqualTo("completion-responses");
              return new byte[] {1};
            });

    assertThat(encoder.write(outcome())).isInstanceOf(EncodingResult.Encoded.class);
  }
}
