// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.answer;
import static io.completionworker.codec.Fixtures.answered;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.gateway;
import static io.completionworker.codec.Fixtures.rejected;
import static io.completionworker.codec.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.codec.UsageRecords.WaitColumns;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UsageRecordsTest {

  private static CompletionUsage row(CompletionCall call, Attempt attempt) {
    UsageRecords records = new UsageRecords("api.example", "configured", Fixtures.noCosts());
    return records.of(records.billed(call, List.of(attempt)).get(0), true, null, 0);
  }

  private static Answer with(@Nullable TokenUsage usage, GatewayDetails gateway) {
    Answer a = answer("hello");
    return new Answer(
        a.id(),
        a.created(),
        a.model(),
        a.choices(),
        a.systemFingerprint(),
        a.serviceTier(),
        usage,
        gateway,
        a.body());
  }

  @Test
  void shouldReportTheTokensOfAnAnswer() {
    TokenUsage usage =
        TokenUsage.newBuilder()
            .setPromptTokens(100)
            .setCompletionTokens(20)
            .setTotalTokens(120)
            .setPromptTokensDetails(
                PromptTokensDetails.newBuilder()
                    .setCachedTokens(64L)
                    .setCacheWriteTokens(16L)
                    .setAudioTokens(3L)
                    .setImageTokens(5L)
                    .build())
            .setCompletionTokensDetails(
                CompletionTokensDetails.newBuilder()
                    .setReasoningTokens(8L)
                    .setAudioTokens(2L)
                    .setImageTokens(6L)
                    .build())
            .build();
    CompletionCall call = call(request().setUser("u-1").build());

    CompletionUsage row = row(call, answered(2, with(usage, gateway("MISS"))));

    CompletionUsage.Builder expected =
        CompletionUsage.newBuilder()
            .setRequestId("order-1")
            .setCallId("call-2")
            .setTraceId(call.trace().traceId())
            .setModel("gpt-4o-mini")
            .setModelServed("gpt-4o-mini-2024")
            .setProvider("openai")
            .setEndUser("u-1")
            .setEndpoint("api.example")
            .setSourceTopic("completion-requests")
            .setSourcePartition(3)
            .setSourceOffset(42)
            .setQueuedAt(Instant.ofEpochMilli(Fixtures.TIMESTAMP))
            .setPromptTokens(100)
            .setCompletionTokens(20)
            .setTotalTokens(120)
            .setCachedTokens(64)
            .setCacheWriteTokens(16L)
            .setReasoningTokens(8)
            .setAudioPromptTokens(3)
            .setAudioCompletionTokens(2)
            .setImagePromptTokens(5L)
            .setImageCompletionTokens(6L)
            .setUsageSource("REPORTED")
            .setBillable(true)
            .setServiceTier("default")
            .setCacheStatus("MISS")
            .setStartedAt(Instant.ofEpochMilli(2000))
            .setCompletedAt(Instant.ofEpochMilli(2250))
            .setLatencyMs(250)
            .setAttempt(2)
            .setFinishReason("stop")
            .setOutcome("ANSWERED")
            .setStatus(200)
            .setRecovered(true);
    WaitColumns.set(expected, Waits.NONE);
    assertThat(row).isEqualTo(expected.build());
  }

  @Test
  void shouldNotGuessTokensThatNobodyReported() {
    CompletionUsage answered = row(call(request().build()), answered(1, answer("hello")));
    CompletionUsage lost =
        row(call(request().build()), rejected(1, FailureReason.CONNECTION_LOST, true));

    assertThat(answered.getUsageSource()).isEqualTo("NONE");
    assertThat(lost.getUsageSource()).isEqualTo("NONE");
    assertThat(lost.getOutcome()).isEqualTo("FAILED");
    assertThat(lost.getReason()).isEqualTo("CONNECTION_LOST");
    assertThat(lost.getBillable()).isTrue();
    assertThat(lost.getModelServed()).isNull();
    assertThat(lost.getTotalTokens()).isZero();
  }

  @Test
  void shouldReportWhatAFailedAttemptWasToldItUsed() {
    TokenUsage usage =
        TokenUsage.newBuilder()
            .setPromptTokens(100)
            .setCompletionTokens(20)
            .setTotalTokens(120)
            .setCompletionTokensDetails(
                CompletionTokensDetails.newBuilder().setReasoningTokens(8L).build())
            .build();
    Served served = new Served("gpt-4o-mini-2024", "flex", usage, gateway("MISS"));

    CompletionUsage row =
        row(call(request().build()), rejected(1, FailureReason.STREAM_TRUNCATED, true, served));

    assertThat(row.getUsageSource()).isEqualTo("REPORTED");
    assertThat(row.getBillable()).isTrue();
    assertThat(row.getPromptTokens()).isEqualTo(100);
    assertThat(row.getTotalTokens()).isEqualTo(120);
    assertThat(row.getReasoningTokens()).isEqualTo(8);
    assertThat(row.getModelServed()).isEqualTo("gpt-4o-mini-2024");
    assertThat(row.getServiceTier()).isEqualTo("flex");
    assertThat(row.getProvider()).isEqualTo("openai");
    assertThat(row.getOutcome()).isEqualTo("FAILED");
    assertThat(row.getReason()).isEqualTo("STREAM_TRUNCATED");
    assertThat(row.getStatus()).isEqualTo(503);
  }

  @Test
  void shouldBillNothingOnACacheHitThatIsNoAnswer() {
    Served hit = new Served("", null, null, gateway("HIT"));

    CompletionUsage row =
        row(call(request().build()), rejected(1, FailureReason.INVALID_RESPONSE, true, hit));

    assertThat(row.getBillable()).isFalse();
    assertThat(row.getUsageSource()).isEqualTo("NONE");
    assertThat(row.getModelServed()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "HIT,false",
        "SEMANTIC HIT,false",
        "hit,false",
        "MISS,true",
        "SEMANTIC MISS,true",
        "REFRESH,true",
        "DISABLED,true",
        "none,true"
      })
  void shouldBillNothingOnACacheHit(@Nullable String cacheStatus, boolean billable) {
    Answer answer = with(null, gateway(cacheStatus));

    assertThat(row(call(request().build()), answered(1, answer)).getBillable()).isEqualTo(billable);
  }

  @Test
  void shouldNameTheVirtualKeyOnlyWhenTheRecordDid() {
    CompletionCall named =
        call(request().build(), RecordHeader.of("x-portkey-virtual-key", "vk-record"));

    assertThat(row(named, answered(1, answer("a"))).getVirtualKey()).isEqualTo("vk-record");
    assertThat(row(call(request().build()), answered(1, answer("a"))).getVirtualKey()).isNull();
  }

  @Test
  void shouldCarryTheMetadataThatWasSent() {
    PortkeyOptions options =
        PortkeyOptions.newBuilder().setMetadata(Map.of("from", "v\u00e4lue")).build();
    CompletionCall byField = call(request().setPortkey(options).build());
    CompletionCall byHeader =
        call(
            request().setPortkey(options).build(),
            RecordHeader.of("x-portkey-metadata", "{\"from\":\"header\",\"n\":1}"));

    assertThat(row(byField, answered(1, answer("a"))).getMetadata())
        .isEqualTo("{\"from\":\"v\u00e4lue\"}");
    assertThat(row(byHeader, answered(1, answer("a"))).getMetadata())
        .isEqualTo("{\"from\":\"header\",\"n\":\"1\"}");
  }

  @Test
  void shouldNameTheProviderThatServedElseTheOneAskedFor() {
    CompletionCall asking = call(request().build(), RecordHeader.of("x-portkey-provider", "asked"));
    Attempt lost = rejected(1, FailureReason.CONNECTION_LOST, true);

    assertThat(row(asking, answered(1, answer("a"))).getProvider()).isEqualTo("openai");
    assertThat(row(asking, lost).getProvider()).isEqualTo("asked");
    assertThat(row(call(request().build()), lost).getProvider()).isEqualTo("configured");
  }

  @Test
  void shouldSayWhereItsRequestStandsAndHowLongItWaited() {
    CompletionCall call = call(request().build());
    long at = Fixtures.TIMESTAMP + 1_500;
    Attempt late = new Attempt("c", 1, at, at + 10, new AttemptResult.Answered(answer("a")));
    Attempt early = new Attempt("c", 1, at - 9_000, at, new AttemptResult.Answered(answer("a")));

    CompletionUsage row = row(call, late);

    assertThat(row.getSourceTopic()).isEqualTo("completion-requests");
    assertThat(row.getSourcePartition()).isEqualTo(3);
    assertThat(row.getSourceOffset()).isEqualTo(42);
    assertThat(row.getQueuedAt()).isEqualTo(Instant.ofEpochMilli(Fixtures.TIMESTAMP));
    assertThat(row.getQueueTimeMs()).isEqualTo(1_500);
    assertThat(row(call, early).getQueueTimeMs()).as("clocks of two machines").isZero();
  }

  @Test
  void shouldSayWhenTheFirstTokenCame() {
    AttemptResult result = new AttemptResult.Answered(answer("a"));
    Attempt streamed =
        new Attempt("c", 1, 0, 900, Duration.ofMillis(120), Waits.NONE, result, false);

    assertThat(row(call(request().build()), streamed).getTimeToFirstTokenMs()).isEqualTo(120);
    assertThat(row(call(request().build()), answered(1, answer("a"))).getTimeToFirstTokenMs())
        .isNull();
  }

  @Test
  void shouldNameTheBatchOfARequestThatHasOne() {
    CompletionCall line = call(request().setRequestId("batch:nightly:7:order:1").build());

    assertThat(row(line, answered(1, answer("a"))).getBatchId()).isEqualTo("nightly");
    assertThat(row(call(request().build()), answered(1, answer("a"))).getBatchId()).isNull();
  }

  @ParameterizedTest
  @EnumSource(FailureReason.class)
  void shouldWriteEveryReasonAsItsSymbol(FailureReason reason) {
    CompletionUsage row = row(call(request().build()), rejected(1, reason, true));

    assertThat(row.getReason()).isEqualTo(reason.name());
    assertThat(row.getOutcome()).isEqualTo("FAILED");
    assertThat(row(call(request().build()), answered(1, answer("a"))).getReason()).isNull();
  }
}
