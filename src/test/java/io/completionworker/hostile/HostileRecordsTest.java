// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Violation;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.gateway.json.RequestEncoder;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record ends as it has to, and says what is wrong with it. */
class HostileRecordsTest {

  private static final int LONGEST_MESSAGE = 2000;

  private final ReadingPath path = new ReadingPath();

  static Stream<RecordCase> cases() {
    return HostileRecords.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldEndAsItHasTo(RecordCase record) throws IOException {
    Reading reading = path.read(record);

    switch (ended(record.end())) {
      case "dead letter" -> deadLetter(reading);
      case "failure" -> failure(reading, ((RecordCase.End.Invalid) record.end()).field());
      default -> call(reading);
    }
    assertThat(reading.toString()).doesNotContain(OddHeaders.CANARY);
  }

  @Test
  void shouldHaveMoreThanAHundredCasesOfDistinctNames() {
    List<String> names = cases().map(RecordCase::name).toList();

    assertThat(names).hasSizeGreaterThan(200).doesNotHaveDuplicates();
  }

  private static String ended(RecordCase.End end) {
    if (end instanceof RecordCase.End.DeadLetter) {
      return "dead letter";
    }
    return end instanceof RecordCase.End.Invalid ? "failure" : "call";
  }

  /** At once, or when its schema has not come. */
  private static void deadLetter(Reading reading) {
    Reading end =
        reading instanceof Reading.Unknown unknown
            ? new Reading.Ended(unknown.otherwise())
            : reading;
    assertThat(end).isInstanceOf(Reading.Ended.class);
    assertThat(((Reading.Ended) end).outcome())
        .isInstanceOfSatisfying(
            Outcome.DeadLettered.class,
            letter -> {
              assertThat(letter.exception())
                  .isEqualTo("org.apache.kafka.common.errors.SerializationException");
              assertThat(letter.message()).isNotBlank().hasSizeLessThan(LONGEST_MESSAGE);
            });
  }

  private static void failure(Reading reading, String field) {
    assertThat(reading).isInstanceOf(Reading.Ended.class);
    assertThat(((Reading.Ended) reading).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.cause().reason()).isEqualTo(FailureReason.INVALID_REQUEST);
              assertThat(failed.cause().retryable()).isFalse();
              assertThat(failed.violations()).extracting(Violation::getField).contains(field);
              assertThat(failed.violations()).hasSizeLessThanOrEqualTo(101);
              assertThat(failed.violations())
                  .allSatisfy(
                      violation ->
                          assertThat(violation.getMessage())
                              .isNotBlank()
                              .hasSizeLessThan(LONGEST_MESSAGE)
                              .doesNotContain("\r", "\n"));
            });
  }

  private static void call(Reading reading) throws IOException {
    assertThat(reading).isInstanceOf(Reading.Ready.class);
    CompletionCall call = ((Reading.Ready) reading).call();
    Sound.wire(call);
    JsonNode body =
        new ObjectMapper().readTree(new RequestEncoder().encode(call.request()).bytes());
    assertThat(body.path("model").asText()).isEqualTo(call.request().getModel());
    assertThat(body.path("messages")).hasSize(call.request().getMessages().size());
    assertThat(body.has("stream")).isFalse();
  }
}
