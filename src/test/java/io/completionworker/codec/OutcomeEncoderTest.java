// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.KEY;
import static io.completionworker.codec.Fixtures.POSITION;
import static io.completionworker.codec.Fixtures.TIMESTAMP;
import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.rejected;
import static io.completionworker.codec.Fixtures.request;
import static io.completionworker.codec.Fixtures.source;
import static io.completionworker.codec.OutcomeWriting.NOW;
import static io.completionworker.codec.OutcomeWriting.failures;
import static io.completionworker.codec.OutcomeWriting.responses;
import static io.completionworker.codec.OutcomeWriting.usage;
import static io.completionworker.codec.OutcomeWriting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Violation;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutcomeEncoderTest {

  private static final Outcome.Cause CAUSE =
      new Outcome.Cause(FailureReason.SERVER_ERROR, true, "The endpoint answered 503");

  private static Outcome.Failed failed(CompletionCall call, List<Attempt> attempts) {
    return new Outcome.Failed(call.source(), call, CAUSE, List.of(), attempts, true);
  }

  @Test
  void shouldWriteAResponseForAnAnswer() {
    CompletionCall call = call(request().build(), RecordHeader.of("tenant", "acme"));
    List<Attempt> attempts =
        List.of(rejected(1, FailureReason.RATE_LIMITED, false), answered(2, answer("hello")));

    Emission emission = write(new Outcome.Completed(call, answer("hello"), attempts, true));

    assertThat(emission.position()).isEqualTo(POSITION);
    assertThat(emission.key()).isEqualTo(KEY);
    assertThat(emission.headers()).isEqualTo(call.outputHeaders());
    assertThat(emission.timestamp()).isEqualTo(NOW);
    assertThat(emission.failures()).isEmpty();
    assertThat(emission.deadLetters()).isEmpty();
    assertThat(emission.responses()).extracting("partition").containsExactly(3);
    CompletionResponse response = responses(emission).get(0);
    assertThat(response.getRequestId()).isEqualTo("order-1");
    assertThat(response.getId()).isEqualTo("chatcmpl-1");
    assertThat(response.getObject()).isEqualTo("chat.completion");
    assertThat(response.getCreated()).isEqualTo(1_700_000_001L);
    assertThat(response.getModel()).isEqualTo("gpt-4o-mini-2024");
    assertThat(response.getChoices()).isEqualTo(answer("hello").choices());
    assertThat(response.getSystemFingerprint()).isEqualTo("fp_1");
    assertThat(response.getServiceTier()).isEqualTo("default");
    assertThat(response.getGateway()).isEqualTo(Fixtures.gateway("MISS"));
    assertThat(response.getBody()).isEqualTo("{\"raw\":\"hello\"}");
    assertThat(response.getCallDetails())
        .isEqualTo(
            CallDetails.newBuilder()
                .setCallId("call-2")
                .setAttempts(2)
                .setQueuedAt(at(TIMESTAMP))
                .setCalledAt(at(2000))
                .setCompletedAt(at(2250))
                .setRecovered(true)
                .build());
  }

  @Test
  void shouldLeaveTheBodyOutWhenTheSettingsSaySo() {
    CompletionCall call = call(request().build());
    Outcome outcome =
        new Outcome.Completed(call, answer("hello"), List.of(answered(1, answer("hello"))), false);

    Emission emission = OutcomeWriting.write(1_000_000, false, outcome);

    assertThat(responses(emission).get(0).getBody()).isNull();
  }

  @Test
  void shouldWriteAUsageRowForEveryAttemptThatMayHaveBeenBilled() {
    CompletionCall call = call(request().build());
    List<Attempt> attempts =
        List.of(
            rejected(1, FailureReason.REQUEST_TIMEOUT, true),
            rejected(2, FailureReason.RATE_LIMITED, false),
            answered(3, answer("hello")));

    Emission completed = write(new Outcome.Completed(call, answer("hello"), attempts, false));
    Emission failure = write(failed(call, attempts.subList(0, 2)));

    assertThat(usage(completed))
        .extracting("callId", "attempt", "outcome", "reason", "status")
        .containsExactly(
            tuple("call-1", 1, "FAILED", "REQUEST_TIMEOUT", 503),
            tuple("call-3", 3, "ANSWERED", null, 200));
    assertThat(usage(failure)).extracting("callId").containsExactly("call-1");
    assertThat(completed.rows()).isEqualTo(usage(completed));
    assertThat(failure.rows()).isEqualTo(usage(failure));
  }

  @Test
  void shouldWriteAFailureWithTheOriginalRequest() {
    CompletionRequest request = request().setTemperature(0.5).build();
    CompletionCall call = call(request);
    List<Attempt> attempts =
        List.of(
            rejected(1, FailureReason.CONNECT_FAILED, false),
            rejected(2, FailureReason.SERVER_ERROR, false));

    Emission emission = write(failed(call, attempts));

    assertThat(emission.headers()).isEqualTo(call.outputHeaders());
    CompletionFailure failure = failures(emission).get(0);
    assertThat(failure.getRequestId()).isEqualTo("order-1");
    assertThat(failure.getReason()).isEqualTo(FailureReason.SERVER_ERROR);
    assertThat(failure.getRetryable()).isTrue();
    assertThat(failure.getMessage()).isEqualTo("The endpoint answered 503");
    assertThat(failure.getStatus()).isEqualTo(503);
    assertThat(failure.getErrorType()).isEqualTo("server_error");
    assertThat(failure.getErrorCode()).isEqualTo("oops");
    assertThat(failure.getErrorParam()).isEqualTo("model");
    assertThat(failure.getBodyExcerpt()).isEqualTo("<html>");
    assertThat(failure.getAttempts())
        .extracting("callId", "attempt", "startedAt", "endedAt", "status", "reason", "message")
        .containsExactly(
            tuple(
                "call-1", 1, at(1000), at(1250), 503, FailureReason.CONNECT_FAILED, "try 1 failed"),
            tuple(
                "call-2", 2, at(2000), at(2250), 503, FailureReason.SERVER_ERROR, "try 2 failed"));
    assertThat(failure.getSourceTopic()).isEqualTo("completion-requests");
    assertThat(failure.getSourcePartition()).isEqualTo(3);
    assertThat(failure.getSourceOffset()).isEqualTo(42);
    assertThat(failure.getSourceTimestamp()).isEqualTo(at(TIMESTAMP));
    assertThat(failure.getFailedAt()).isEqualTo(at(NOW));
    assertThat(failure.getRecovered()).isTrue();
    assertThat(failure.getRequest()).isEqualTo(request);
  }

  @Test
  void shouldKeepTheLastTwentyAttempts() {
    List<Attempt> attempts =
        IntStream.rangeClosed(1, 50)
            .mapToObj(i -> rejected(i, FailureReason.OVERLOADED, false))
            .toList();

    CompletionFailure failure = failures(write(failed(call(request().build()), attempts))).get(0);

    assertThat(failure.getAttempts()).hasSize(20);
    assertThat(failure.getAttempts().get(0).getAttempt()).isEqualTo(31);
  }

  @Test
  void shouldWriteEveryViolation() {
    CompletionCall call = call(request().build());
    List<Violation> violations = List.of(new Violation("n", "bad"), new Violation("model", "bad"));
    Outcome.Failed outcome =
        new Outcome.Failed(
            call.source(),
            call,
            new Outcome.Cause(FailureReason.INVALID_REQUEST, false, "not valid"),
            violations,
            List.of(),
            false);

    CompletionFailure failure = failures(write(outcome)).get(0);

    assertThat(failure.getViolations()).isEqualTo(violations);
    assertThat(failure.getStatus()).isNull();
    assertThat(failure.getAttempts()).isEmpty();
  }

  @Test
  void shouldWriteAFailureOfARequestThatWasNeverRead() {
    SourceRecord source =
        new SourceRecord(
            POSITION,
            KEY,
            null,
            List.of(RecordHeader.of("tenant", "acme"), RecordHeader.of("__value_schema_id", "1")),
            TIMESTAMP,
            TIMESTAMP,
            5_000_000);
    Outcome.Cause cause = new Outcome.Cause(FailureReason.REQUEST_TOO_LARGE, false, "too large");

    Emission emission = write(new Outcome.Failed(source, null, cause, List.of(), List.of(), false));

    assertThat(emission.headers()).extracting(RecordHeader::name).containsExactly("tenant");
    assertThat(emission.usage()).isEmpty();
    CompletionFailure failure = failures(emission).get(0);
    assertThat(failure.getRequestId()).isEqualTo("completion-requests-3-42");
    assertThat(failure.getRequest()).isNull();
  }

  @Test
  void shouldWriteADeadLetterByteForByteWithTheFaultInItsHeaders() {
    byte[] value = {0, 1, 2, -1};
    SourceRecord source =
        source(
            value,
            RecordHeader.of("tenant", "acme"),
            RecordHeader.of("__value_schema_id", "1"),
            RecordHeader.of("__streams.errors.exception", "old"),
            RecordHeader.of("__streams.errors.stacktrace", "old"));

    Emission emission =
        write(new Outcome.DeadLettered(source, "java.lang.Oops", "br\u00e9f", false));

    assertThat(emission.key()).isEqualTo(KEY);
    assertThat(emission.deadLetters()).hasSize(1);
    assertThat(emission.deadLetters().get(0).bytes()).isEqualTo(value);
    assertThat(emission.deadLetters().get(0).partition()).isEqualTo(3);
    assertThat(emission.responses()).isEmpty();
    assertThat(emission.usage()).isEmpty();
    assertThat(emission.failures()).isEmpty();
    assertThat(emission.headers())
        .extracting(RecordHeader::name, h -> new String(value(h), StandardCharsets.UTF_8))
        .containsExactly(
            tuple("tenant", "acme"),
            tuple("__value_schema_id", "1"),
            tuple("__streams.errors.exception", "java.lang.Oops"),
            tuple("__streams.errors.message", "br\u00e9f"),
            tuple("__streams.errors.topic", "completion-requests"),
            tuple("__streams.errors.partition", "3"),
            tuple("__streams.errors.offset", "42"));
  }

  @Test
  void shouldWriteTheDeadLetterOfARecordWithoutAValue() {
    Emission emission =
        write(new Outcome.DeadLettered(source((byte[]) null), "Oops", "no value", false));

    assertThat(emission.deadLetters()).hasSize(1);
    assertThat(emission.deadLetters().get(0).bytes()).isNull();
  }

  private static byte[] value(RecordHeader header) {
    byte[] value = header.value();
    return value == null ? new byte[0] : value;
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
