// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.avro.Choice;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Calls, answers, settings and controls, with defaults for what does not matter. */
final class Calls {

  static final CallScope SCOPE = new CallScope("credential", null, "model");

  private static final TraceContext TRACE =
      new TraceContext("trace", "span", null, null, "traceparent", null, null);

  private static final AtomicLong OFFSETS = new AtomicLong();

  private Calls() {}

  static CompletionCall call() {
    return call(SCOPE, TokenEstimate.NONE);
  }

  static CompletionCall call(long input, long output) {
    return call(SCOPE, new TokenEstimate(input, output));
  }

  static CompletionCall call(CallScope scope, TokenEstimate tokens) {
    SourceRecord source =
        new SourceRecord(
            new RecordPosition("topic", 0, OFFSETS.getAndIncrement()),
            null,
            null,
            List.of(),
            0,
            0,
            0);
    CompletionRequest request =
        CompletionRequest.newBuilder().setModel(scope.model()).setMessages(List.of()).build();
    return new CompletionCall(
        source, "id", request, Map.of(), List.of(), TRACE, scope, tokens, Long.MAX_VALUE);
  }

  /** Of virtual key {@code key}, whose credential has its name. */
  static CompletionCall of(@Nullable String key, String model) {
    return of(key, model, TokenEstimate.NONE);
  }

  static CompletionCall of(@Nullable String key, String model, TokenEstimate tokens) {
    return call(new CallScope("credential of " + key, key, model), tokens);
  }

  static AttemptResult answered(@Nullable TokenUsage usage, @Nullable String cacheStatus) {
    return answered(usage, cacheStatus, RateSignals.NONE);
  }

  static AttemptResult answered(RateSignals signals) {
    return answered(null, null, signals);
  }

  /** Answered with this many tokens in all, most of them of the completion. */
  static AttemptResult answered(long used, RateSignals signals) {
    return answered(usage(0, used, used), null, signals);
  }

  private static AttemptResult answered(
      @Nullable TokenUsage usage, @Nullable String cacheStatus, RateSignals signals) {
    ResponseMessage message = ResponseMessage.newBuilder().setRole("assistant").build();
    Choice choice =
        Choice.newBuilder().setIndex(0).setMessage(message).setFinishReason("stop").build();
    GatewayDetails gateway =
        GatewayDetails.newBuilder().setStatus(200).setCacheStatus(cacheStatus).build();
    return new AttemptResult.Answered(
        new Answer("id", 1, "model", List.of(choice), null, null, usage, gateway, "{}"), signals);
  }

  static TokenUsage usage(long prompt, long completion, long total) {
    return TokenUsage.newBuilder()
        .setPromptTokens(prompt)
        .setCompletionTokens(completion)
        .setTotalTokens(total)
        .build();
  }

  static RateLimitConfig config(Limits limits) {
    return config(RateLimitConfig.Scope.WORKER, limits, true);
  }

  static RateLimitConfig config(
      RateLimitConfig.Scope scope,
      Limits limits,
      boolean refund,
      RateLimitConfig.ScopeLimits... overrides) {
    return new RateLimitConfig(
        scope,
        limits,
        List.of(overrides),
        Duration.ofSeconds(1),
        refund,
        1_024,
        RateLimitConfig.Share.WHOLE,
        Duration.ofSeconds(3),
        Duration.ZERO);
  }

  /** No limits, and a share that goes by partitions. */
  static RateLimitConfig byPartitions() {
    RateLimitConfig whole = config(Limits.NONE);
    return new RateLimitConfig(
        whole.scope(),
        whole.limits(),
        whole.overrides(),
        whole.burst(),
        whole.refund(),
        whole.outputTokens(),
        RateLimitConfig.Share.PARTITIONS,
        whole.growDelay(),
        whole.lendAfter());
  }

  /** A control with these limits; null selects everything. */
  static Control.Limit control(
      String id, @Nullable String virtualKey, @Nullable String model, Limits limits) {
    return new Control.Limit(
        new Control.Origin(id, Instant.EPOCH, "ops", "", null),
        new Selector(null, null, null, null, virtualKey, model, Map.of()),
        limits);
  }

  /** Controls of all scopes. */
  static List<Control.Limit> control(Limits limits) {
    return List.of(control("limit-1", null, null, limits));
  }

  static Limits perSecond(double requests) {
    return new Limits(requests, null, null, null, null, null);
  }

  static Limits perMinute(@Nullable Double requests, @Nullable Long tokens) {
    return new Limits(null, requests, tokens, null, null, null);
  }

  static Limits inFlight(int most) {
    return new Limits(null, null, null, null, null, most);
  }
}
