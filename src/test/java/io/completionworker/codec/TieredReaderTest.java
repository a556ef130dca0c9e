// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.TierConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that name no tier try the first one. */
class TieredReaderTest {

  private static final SourceRecord SOURCE =
      new SourceRecord(new RecordPosition("requests", 0, 0), null, new byte[0], List.of(), 0, 0, 0);

  @Test
  void shouldPutARequestIntoTheFirstTier() {
    CompletionCall call = read(config(null), request(null, null));

    assertThat(call.scope().tier()).isEqualTo("flex");
    assertThat(call.addedMembers()).containsEntry("service_tier", "\"flex\"");
    assertThat(call.request().getServiceTier()).as("as it came").isNull();
    CompletionCall next = call.onTier(tier(call).next());
    assertThat(next.scope().tier()).isNull();
    assertThat(next.addedMembers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "default", "priority", ""})
  void shouldLeaveTheTierThatARequestNames(String tier) {
    assertThat(read(config(null), request(tier, null)).tier()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"service_tier\":\"flex\"}",
        "{\"service_tier\":null}",
        "{\"service_tier\":{\"type\":\"flex\"}}"
      })
  void shouldLeaveTheTierThatExtraBodyNames(String extra) {
    assertThat(read(config(null), request(null, extra)).tier()).isNull();
  }

  @Test
  void shouldLeaveModelsAloneThatTakeNoPart() {
    TierConfig config =
        new TierConfig(
            List.of("flex", "default"),
            List.of("o4*"),
            List.of(),
            "service_tier",
            null,
            Duration.ZERO,
            false);

    assertThat(read(config, request(null, null)).tier()).isNull();
  }

  @Test
  void shouldNameTheTierInAHeader() {
    CompletionCall call = read(config("x-tier"), request(null, null));

    assertThat(call.wireHeaders()).containsEntry("x-tier", "flex");
    assertThat(call.addedMembers()).isEmpty();
    assertThat(call.onTier(tier(call).next()).wireHeaders()).doesNotContainKey("x-tier");
  }

  private static ChosenTier tier(CompletionCall call) {
    return Objects.requireNonNull(call.tier());
  }

  private static TierConfig config(@Nullable String header) {
    return new TierConfig(
        List.of("flex", "default"),
        List.of("*"),
        List.of(),
        "service_tier",
        header,
        Duration.ZERO,
        false);
  }

  private static CompletionRequest request(@Nullable String tier, @Nullable String extra) {
    return CompletionRequest.newBuilder()
        .setModel("gpt")
        .setMessages(List.of())
        .setServiceTier(tier)
        .setExtraBody(extra)
        .build();
  }

  private static CompletionCall read(TierConfig config, CompletionRequest request) {
    CompletionCall call =
        new CompletionCall(
            SOURCE,
            "id",
            request,
            Map.of(),
            List.of(),
            new TraceContext("trace", "span", null, null, "traceparent", null, null),
            new CallScope("key", null, request.getModel()),
            TokenEstimate.NONE,
            Long.MAX_VALUE);
    Reading reading =
        new TieredReader((source, recovered) -> new Reading.Ready(call), config)
            .read(SOURCE, false);
    return ((Reading.Ready) reading).call();
  }
}
