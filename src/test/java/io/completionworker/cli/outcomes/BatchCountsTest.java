// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.cli.control.AppliedControls;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.fixtures.UsageRows;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchCountsTest {

  private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");

  private final BatchCounts counts = new BatchCounts();

  @Test
  void shouldCountEachLineOnceByItsLatestFailureUnlessItHasAnAnswer() {
    requested(1, 2, 3, 4);
    failed(1, FailureReason.RATE_LIMITED, NOW);
    failed(2, FailureReason.RATE_LIMITED, NOW);
    requested(2);
    failed(2, FailureReason.NOT_FOUND, NOW);
    failed(3, FailureReason.RATE_LIMITED, NOW);
    answered(3, NOW);
    deadLetter(4, NOW);

    assertThat(counts.failures())
        .isEqualTo(Map.of("DEAD_LETTER", 1L, "NOT_FOUND", 1L, "RATE_LIMITED", 1L));
    assertThat(counts.ledger().answers().size()).isEqualTo(1);
    assertThat(counts.ledger().missing()).isZero();
  }

  /** It waits for the outcome of its second request. */
  @Test
  void shouldNotCountALineAsFailedThatWasSentAgain() {
    requested(1);
    failed(1, FailureReason.RATE_LIMITED, NOW);
    requested(1);

    assertThat(counts.failures()).isEmpty();
    assertThat(counts.ledger().missing()).isEqualTo(1);
  }

  @Test
  void shouldMeasureTheRateOverTheLastMinute() {
    for (int second = 1; second <= 600; second++) {
      answered(second, NOW.minusSeconds(600 - second));
    }

    assertThat(counts.rate(NOW)).hasValue(1.0);
    assertThat(counts.rate(NOW.plusSeconds(30))).hasValue(0.5);
    assertThat(counts.rate(NOW.plusSeconds(60))).isEmpty();
    assertThat(counts.lastOutcome()).hasValue(NOW);
  }

  @Test
  void shouldMeasureTheRateOfAYoungBatchFromItsFirstOutcome() {
    for (int line = 1; line <= 30; line++) {
      answered(line, NOW.minusSeconds(10));
    }

    assertThat(counts.rate(NOW)).hasValue(3.0);
  }

  @Test
  void shouldMeasureTheSameRateInWhateverOrderTopicsAreRead() {
    answered(1, NOW);
    answered(2, NOW.minusSeconds(3600));
    failed(3, FailureReason.NOT_FOUND, NOW.minusSeconds(30));

    assertThat(counts.rate(NOW)).hasValue(2.0 / 60);
    assertThat(counts.lastOutcome()).hasValue(NOW);
  }

  @Test
  void shouldShowSharesCostPaceAndTimeLeft() {
    requested(1, 2, 3, 4);
    counts.ledger().size(8);
    answered(1, NOW.minusSeconds(4));
    answered(2, NOW.minusSeconds(4));
    failed(3, FailureReason.NOT_FOUND, NOW.minusSeconds(1));
    counts
        .totals()
        .add(
            "m",
            UsageRows.row()
                .setPromptTokens(100)
                .setCompletionTokens(20)
                .setCost(new BigDecimal("0.25"))
                .setCurrency("USD")
                .build());

    assertThat(status().lines(80))
        .containsExactly(
            "b: 3 of 8 requests have their outcome",
            "OUTCOME    REQUESTS  SHARE",
            "answer            2  25.0 %",
            "NOT_FOUND         1  12.5 %",
            "none yet          5  62.5 %",
            "1 call so far, 120 tokens, 0.25 USD",
            "0.8 outcomes a second, 0:00:07 left at this rate");
  }

  @Test
  void shouldSayWhenNothingMoves() {
    requested(1, 2);
    answered(1, NOW.minusSeconds(3600));

    assertThat(status().lines(80))
        .contains(
            "b: 1 of at least 2 requests have their outcome",
            "No outcome in the last minute; the latest is of 2026-01-31T07:00:00Z")
        .anyMatch(line -> line.startsWith("The record that says how many there are was not seen"));
    assertThat(status().complete()).isFalse();
  }

  @Test
  void shouldNeedNoPaceWhenItIsComplete() {
    requested(1);
    counts.ledger().size(1);
    answered(1, NOW);

    assertThat(status().complete()).isTrue();
    assertThat(status().lines(80)).hasSize(4).noneMatch(line -> line.contains("a second"));
    assertThat(status().json())
        .startsWith("{\"batch\":\"b\",\"complete\":true,\"requests\":1,\"requests_seen\":1,")
        .contains("\"answers\":1,\"failures\":0,\"missing\":0,\"failures_by_reason\":{}");
  }

  private BatchStatus status() {
    return BatchStatus.of("b", counts, AppliedControls.NONE, NOW);
  }

  private void requested(long... lines) {
    for (long line : lines) {
      counts.ledger().requested(line, "completion-requests", 0);
    }
  }

  private void answered(long line, Instant time) {
    counts.ledger().answered(line);
    counts.answer(
        id(line),
        CompletionResponse.newBuilder()
            .setRequestId(id(line).toString())
            .setId("chatcmpl-1")
            .setObject("chat.completion")
            .setCreated(1)
            .setModel("m")
            .setChoices(List.of())
            .setGateway(GatewayDetails.newBuilder().setStatus(200).build())
            .setCallDetails(
                CallDetails.newBuilder()
                    .setCallId("call")
                    .setAttempts(1)
                    .setQueuedAt(time)
                    .setCalledAt(time)
                    .setCompletedAt(time)
                    .build())
            .build());
  }

  private void failed(long line, FailureReason reason, Instant time) {
    counts.ledger().failed(line);
    counts.failure(
        id(line),
        CompletionFailure.newBuilder()
            .setRequestId(id(line).toString())
            .setReason(reason)
            .setRetryable(false)
            .setMessage("no")
            .setViolations(List.of())
            .setAttempts(List.of())
            .setSourceTopic("completion-requests")
            .setSourcePartition(0)
            .setSourceOffset(line)
            .setSourceTimestamp(time)
            .setFailedAt(time)
            .setRecovered(false)
            .build());
  }

  private void deadLetter(long line, Instant time) {
    counts.ledger().failed(line);
    counts.deadLetter(id(line), Optional.empty(), time.toEpochMilli());
  }

  private static BatchRequestId id(long line) {
    return new BatchRequestId("b", line, "c");
  }
}
