// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.KEY;
import static io.completionworker.codec.Fixtures.POSITION;
import static io.completionworker.codec.Fixtures.TIMESTAMP;
import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.reader;
import static io.completionworker.codec.Fixtures.rejected;
import static io.completionworker.codec.Fixtures.request;
import static io.completionworker.codec.OutcomeWriting.failures;
import static io.completionworker.codec.OutcomeWriting.responses;
import static io.completionworker.codec.OutcomeWriting.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Message;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Violation;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.completion.port.RequestReader.Reading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the outcome, no record is larger than the bound. */
class SizeBoundTest {

  private static final int BOUND = 20_000;

  private static Emission write(Outcome outcome) {
    Emission emission = OutcomeWriting.write(BOUND, true, outcome);
    assertWithin(emission, BOUND);
    return emission;
  }

  /** Holds the emission against the size that the producer itself reckons with. */
  private static void assertWithin(Emission emission, int bound) {
    org.apache.kafka.common.header.Headers headers = EncodedForms.noHeaders("any");
    emission.headers().forEach(h -> headers.add(h.name(), h.value()));
    Stream.of(
            emission.responses(),
            emission.usageValues(),
            emission.failures(),
            emission.deadLetters())
        .flatMap(List::stream)
        .forEach(
            value ->
                assertThat(
                        AbstractRecords.estimateSizeInBytesUpperBound(
                            RecordBatch.CURRENT_MAGIC_VALUE,
                            CompressionType.NONE,
                            emission.key(),
                            value.bytes(),
                            headers.toArray()))
                    .isLessThanOrEqualTo(bound));
  }

  private static Outcome.Completed completed(CompletionCall call, String content) {
    return new Outcome.Completed(
        call, answer(content), List.of(answered(1, answer(content))), false);
  }

  private static Outcome.Failed failed(CompletionCall call, String message) {
    Outcome.Cause cause = new Outcome.Cause(FailureReason.SERVER_ERROR, true, message);
    return new Outcome.Failed(
        call.source(),
        call,
        cause,
        List.of(),
        List.of(rejected(1, FailureReason.SERVER_ERROR, true)),
        false);
  }

  private static CompletionRequest prompting(int promptLength) {
    Message message =
        Message.newBuilder().setRole("user").setContent("p".repeat(promptLength)).build();
    return request().setMessages(List.of(message)).build();
  }

  private static RecordHeader[] flood(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> RecordHeader.of("flood-" + i, "f".repeat(100)))
        .toArray(RecordHeader[]::new);
  }

  @Test
  void shouldSendAResponseWithoutItsBodyWhenItIsTooLarge() {
    Emission emission = write(completed(call(request().build()), "x".repeat(12_000)));

    assertThat(responses(emission).get(0).getBody()).isNull();
    assertThat(responses(emission).get(0).getChoices().get(0).getMessage().getContent())
        .hasSize(12_000);
    assertThat(emission.headers()).isNotEmpty();
  }

  @Test
  void shouldFailAnAnswerThatIsTooLargeAndKeepItsUsage() {
    Emission emission = write(completed(call(request().build()), "x".repeat(30_000)));

    assertThat(emission.responses()).isEmpty();
    CompletionFailure failure = failures(emission).get(0);
    assertThat(failure.getReason()).isEqualTo(FailureReason.RESPONSE_TOO_LARGE);
    assertThat(failure.getRetryable()).isFalse();
    assertThat(failure.getStatus()).isEqualTo(200);
    assertThat(failure.getRequest()).isNotNull();
    assertThat(failure.getAttempts()).extracting("callId").containsExactly("call-1");
    assertThat(usage(emission)).extracting("callId").containsExactly("call-1");
    assertThat(usage(emission)).extracting("reason").containsExactly("RESPONSE_TOO_LARGE");
  }

  @Test
  void shouldSendAFailureWithoutItsRequestWhenItIsTooLarge() {
    Emission emission = write(failed(call(prompting(19_000)), "m".repeat(3_000)));

    CompletionFailure failure = failures(emission).get(0);
    assertThat(failure.getRequest()).isNull();
    assertThat(failure.getMessage()).hasSize(3_000);
    assertThat(failure.getBodyExcerpt()).isEqualTo("<html>");
    assertThat(failure.getSourceOffset()).isEqualTo(42);
  }

  @Test
  void shouldCutTheTextsOfAFailureThatIsStillTooLarge() {
    CompletionCall call = call(request().build());
    List<Violation> violations =
        Collections.nCopies(100, new Violation("field", "v".repeat(1_000)));
    Outcome.Cause cause =
        new Outcome.Cause(FailureReason.INVALID_REQUEST, false, "m".repeat(30_000));

    Emission emission =
        write(new Outcome.Failed(call.source(), call, cause, violations, List.of(), false));

    CompletionFailure failure = failures(emission).get(0);
    assertThat(failure.getMessage()).hasSizeBetween(100, 300).startsWith("mmm");
    assertThat(failure.getViolations()).hasSizeBetween(10, 20);
    assertThat(failure.getReason()).isEqualTo(FailureReason.INVALID_REQUEST);
  }

  @Test
  void shouldDropMetadataFirstAndThenTheUserFromAUsageRow() {
    PortkeyOptions options = PortkeyOptions.newBuilder().setMetadata(metadata()).build();
    CompletionCall meta = call(request().setPortkey(options).setUser("u").build());
    CompletionCall user = call(request().setPortkey(options).setUser("u".repeat(3_000)).build());

    Emission withoutMetadata = OutcomeWriting.write(4_500, false, completed(meta, "x"));
    Emission withoutUser = OutcomeWriting.write(3_000, false, completed(user, "x"));

    assertWithin(withoutMetadata, 4_500);
    assertWithin(withoutUser, 3_000);
    assertThat(usage(withoutMetadata).get(0).getMetadata()).isNull();
    assertThat(usage(withoutMetadata).get(0).getEndUser()).isEqualTo("u");
    assertThat(usage(withoutUser).get(0).getMetadata()).isNull();
    assertThat(usage(withoutUser).get(0).getEndUser()).isNull();
  }

  private static Map<String, String> metadata() {
    return IntStream.range(0, 40)
        .boxed()
        .collect(java.util.stream.Collectors.toMap(i -> "k" + i, i -> "m".repeat(100)));
  }

  @Test
  void shouldDropCopiedHeadersAndKeepTheTraceWhenHeadersFloodARecord() {
    CompletionCall call = call(request().build(), flood(300));

    Emission response = write(completed(call, "x"));
    Emission failure = write(failed(call, "m"));

    for (Emission emission : List.of(response, failure)) {
      assertThat(emission.key()).isEqualTo(KEY);
      assertThat(emission.headers())
          .extracting(RecordHeader::name)
          .containsExactly("x-portkey-trace-id", "x-portkey-span-id", "traceparent");
    }
    assertThat(responses(response)).hasSize(1);
  }

  @Test
  void shouldDropAKeyThatLeavesNoRoom() {
    SourceRecord source =
        new SourceRecord(
            POSITION, new byte[BOUND], null, List.of(), TIMESTAMP, TIMESTAMP, 2L * BOUND);
    Outcome.Failed outcome =
        (Outcome.Failed) ((Reading.Ended) reader(Fixtures.RULES).read(source, false)).outcome();

    Emission emission = write(outcome);

    assertThat(emission.key()).isNull();
    assertThat(failures(emission).get(0).getReason()).isEqualTo(FailureReason.REQUEST_TOO_LARGE);
  }

  @Test
  void shouldDropTheHeadersOfADeadLetterBeforeItsBytes() {
    Emission emission = write(deadLetter(KEY, new byte[18_000], "m", flood(30)));

    assertThat(emission.deadLetters().get(0).bytes()).hasSize(18_000);
    assertThat(emission.headers()).hasSize(5);
  }

  @Test
  void shouldCutTheMessageOfADeadLetter() {
    Emission emission = write(deadLetter(KEY, new byte[19_200], "m".repeat(900)));

    assertThat(emission.deadLetters().get(0).bytes()).hasSize(19_200);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, BOUND})
  void shouldLeaveTheBytesOfADeadLetterWhereTheyAreWhenTheyDoNotFit(int keyLength) {
    Emission emission = write(deadLetter(new byte[keyLength], new byte[BOUND], "m"));

    assertThat(emission.deadLetters().get(0).bytes()).isNull();
    assertThat(emission.headers())
        .extracting(RecordHeader::name)
        .contains("__streams.errors.topic", "__streams.errors.offset");
    assertThat(emission.key() == null).isEqualTo(keyLength == BOUND);
  }

  @Test
  void shouldKeepUsageRowsWithinTheBoundBesideTheHeadersOfADeadLetter() {
    OutcomeEncoder encoder =
        OutcomeWriting.encoder(OutcomeWriting.serdesWithoutFailures(), BOUND, true);
    RecordHeader large = RecordHeader.of("large", "l".repeat(BOUND / 2));
    for (int length = 0; length < BOUND; length += 50) {
      CompletionCall call = call(request().setUser("u".repeat(length)).build(), large);

      EncodingResult<Emission> result = encoder.write(completed(call, "x").unwritable("a test"));

      Emission emission = ((EncodingResult.Encoded<Emission>) result).value();
      assertWithin(emission, BOUND);
      assertThat(emission.deadLetters()).hasSize(1);
      assertThat(usage(emission)).as("with a user of %s", length).hasSize(1);
    }
  }

  private static Outcome deadLetter(
      byte @Nullable [] key, byte[] value, String message, RecordHeader... headers) {
    SourceRecord source =
        new SourceRecord(POSITION, key, value, List.of(headers), TIMESTAMP, TIMESTAMP, 0);
    return new Outcome.DeadLettered(source, "java.lang.Oops", message, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {4_096, 8_000, 20_000, 100_000})
  void shouldKeepEveryBoundFromFourKibibytesOn(int bound) {
    for (Outcome outcome : monsters()) {
      assertWithin(OutcomeWriting.write(bound, true, outcome), bound);
      EncodingResult<Emission> returned =
          OutcomeWriting.encoder(OutcomeWriting.serdesWithoutFailures(), bound, true)
              .write(outcome);
      assertWithin(((EncodingResult.Encoded<Emission>) returned).value(), bound);
    }
  }

  private static List<Outcome> monsters() {
    RecordHeader[] headers = flood(2_000);
    headers[0] = RecordHeader.of("x-portkey-trace-id", "t".repeat(8_000));
    headers[1] = RecordHeader.of("x-portkey-virtual-key", "v".repeat(8_000));
    headers[2] = RecordHeader.of("x-portkey-provider", "v".repeat(8_000));
    CompletionRequest request =
        CompletionRequest.newBuilder(prompting(200_000))
            .setRequestId("i".repeat(1_024))
            .setModel("m".repeat(1_024))
            .setUser("u".repeat(200_000))
            .build();
    CompletionCall call = call(request, headers);
    List<Outcome> monsters = new ArrayList<>();
    monsters.add(completed(call, "x"));
    monsters.add(completed(call, "x".repeat(200_000)));
    monsters.add(failed(call, "m".repeat(200_000)));
    monsters.add(deadLetter(new byte[200_000], new byte[200_000], "m".repeat(9_000), headers));
    return monsters;
  }
}
