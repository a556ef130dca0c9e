// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionResponse;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.OutcomeWriter.Writing;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/** What cannot be encoded waits: nothing is thrown and nothing is lost. */
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
        .isEqualTo(new Writing.Later("TimeoutException: registry is away"));
  }

  @Test
  void shouldWriteLaterWhatNoSchemaTakes() {
    OutcomeEncoder encoder = throwing(() -> new SerializationException("incompatible (409)"));

    assertThat(encoder.write(outcome()))
        .isEqualTo(new Writing.Later("SerializationException: incompatible (409)"));
  }

  @Test
  void shouldLogEachKindOfFaultOnceAndABoundedNumberOfThem() {
    SeenFaults seen = new SeenFaults();

    assertThat(seen.report(Fixtures.POSITION, new SerializationException("one"))).isTrue();
    assertThat(seen.report(Fixtures.POSITION, new SerializationException("one"))).isFalse();
    for (int i = 0; i < 9; i++) {
      assertThat(seen.report(Fixtures.POSITION, new SerializationException("n" + i))).isTrue();
    }
    assertThat(seen.report(Fixtures.POSITION, new SerializationException("more"))).isFalse();
  }

  @Test
  void shouldNotSayWhatALibraryQuotesFromTheValue() {
    OutcomeEncoder encoder = throwing(() -> new ClassCastException("value my prompt is no int"));

    assertThat(encoder.write(outcome())).isEqualTo(new Writing.Later("ClassCastException"));
  }

  @Test
  void shouldWriteLaterWhenTheStackOverflows() {
    OutcomeEncoder encoder =
        encoder(
            (topic, value) -> {
              throw new StackOverflowError();
            });

    assertThat(encoder.write(outcome())).isInstanceOf(Writing.Later.class);
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

    assertThat(encoder(serializer).write(outcome())).isInstanceOf(Writing.Later.class);
  }

  @Test
  void shouldGiveTheSerializerTheTopic() {
    OutcomeEncoder encoder =
        encoder(
            (topic, value) -> {
              assertThat(topic).isEqualTo("completion-responses");
              return new byte[] {1};
            });

    assertThat(encoder.write(outcome())).isInstanceOf(Writing.Written.class);
  }
}
