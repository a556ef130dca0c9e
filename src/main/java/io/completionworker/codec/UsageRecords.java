// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.Choice;
import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.codec.UsageCosts.PricedAttempt;
import io.completionworker.codec.headers.GatewayMetadata;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.UsageText;
import io.completionworker.completion.Waits;
import io.completionworker.completion.Waits.Kind;
import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.serde.PlainJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the usage rows of attempts that were or may have been billed. */
final class UsageRecords {

  /**
   * The number of forms. Form 0 is complete. Form 1 has no metadata, and form 2 no user either. In
   * form 3 all texts are cut too.
   */
  static final int FORMS = 4;

  private static final int CUT = 100;

  private final String endpoint;
  private final @Nullable String configuredProvider;
  private final UsageCosts costs;

  UsageRecords(String endpoint, @Nullable String configuredProvider, UsageCosts costs) {
    this.endpoint = endpoint;
    this.configuredProvider = configuredProvider;
    this.costs = costs;
  }

  /** Whether this attempt needs a usage row that was not written before. */
  static boolean billed(Attempt attempt) {
    return attempt.result().maybeBilled() && !attempt.accounted();
  }

  /** Returns the attempts that need a usage row, with their costs. */
  List<PricedAttempt> billed(CompletionCall call, List<Attempt> attempts) {
    return attempts.stream()
        .filter(UsageRecords::billed)
        .map(
            attempt -> {
              String named = attempt.result().provider(call);
              String provider = named == null ? configuredProvider : named;
              return new PricedAttempt(call, attempt, provider, costs.of(call, attempt, provider));
            })
        .toList();
  }

  /**
   * Returns the usage row of an attempt.
   *
   * @param unusable why an answer did not become a response; null if it did
   * @param form number of the form, see {@link #FORMS}
   */
  CompletionUsage of(
      PricedAttempt billed, boolean recovered, @Nullable FailureReason unusable, int form) {
    CompletionCall call = billed.call();
    Attempt attempt = billed.attempt();
    RecordPosition source = call.source().position();
    int longest = form == FORMS - 1 ? CUT : Integer.MAX_VALUE;
    CompletionUsage.Builder row =
        CompletionUsage.newBuilder()
            .setRequestId(cut(call.requestId(), longest))
            .setCallId(attempt.callId())
            .setTraceId(cut(call.trace().traceId(), longest))
            .setBatchId(batch(call))
            .setSourceTopic(source.topic())
            .setSourcePartition(source.partition())
            .setSourceOffset(source.offset())
            .setEndpoint(cut(endpoint, longest))
            .setModel(cut(call.request().getModel(), longest))
            .setServiceTierRequested(cutNullable(call.scope().tier(), longest))
            .setVirtualKey(cutNullable(call.virtualKey(), longest))
            .setEndUser(form < 2 ? call.request().getUser() : null)
            .setMetadata(form < 1 ? metadata(call) : null)
            .setImages(call.tokens().images().count())
            .setAttempt(attempt.number())
            .setRecovered(recovered);
    times(row, call, attempt);
    served(row, attempt.result().served(), longest);
    if (attempt.result() instanceof AttemptResult.Answered answered) {
      answered(row, answered.answer(), unusable, longest);
    } else if (attempt.result() instanceof AttemptResult.Rejected rejected) {
      failed(row, rejected.error().reason()).setStatus(rejected.error().status());
    }
    if (billed.cost() instanceof Cost.Known cost) {
      row.setCost(cost.amount()).setCurrency(cost.currency());
    }
    return row.setProvider(cutNullable(billed.provider(), longest)).build();
  }

  private static void times(CompletionUsage.Builder row, CompletionCall call, Attempt attempt) {
    long queuedAt = call.source().timestamp();
    Duration toFirst = attempt.toFirstDelta();
    row.setQueuedAt(Instant.ofEpochMilli(queuedAt))
        .setStartedAt(Instant.ofEpochMilli(attempt.startedAt()))
        .setCompletedAt(Instant.ofEpochMilli(attempt.endedAt()))
        .setQueueTimeMs(Math.max(attempt.startedAt() - queuedAt, attempt.waits().sum()))
        .setLatencyMs(Math.max(0, attempt.endedAt() - attempt.startedAt()))
        .setTimeToFirstTokenMs(toFirst == null ? null : (Long) toFirst.toMillis());
    WaitColumns.set(row, attempt.waits());
  }

  private static void answered(
      CompletionUsage.Builder row, Answer answer, @Nullable FailureReason unusable, int longest) {
    List<Choice> choices = answer.choices();
    String finish = choices.isEmpty() ? null : choices.get(0).getFinishReason();
    row.setFinishReason(cutNullable(finish, longest)).setStatus(answer.gateway().getStatus());
    if (unusable == null) {
      row.setOutcome(UsageText.Outcome.ANSWERED.name());
    } else {
      failed(row, unusable);
    }
  }

  private static CompletionUsage.Builder failed(CompletionUsage.Builder row, FailureReason reason) {
    return row.setOutcome(UsageText.Outcome.FAILED.name()).setReason(reason.name());
  }

  /**
   * Sets what the response says about the work. Without a response, or without counts in it, the
   * amount to pay is unknown.
   */
  private static void served(CompletionUsage.Builder row, @Nullable Served served, int longest) {
    row.setUsageSource(UsageText.Source.NONE.name())
        .setBillable(served == null || !served.cacheHit());
    if (served == null) {
      return;
    }
    row.setModelServed(served.model().isEmpty() ? null : cut(served.model(), longest))
        .setServiceTier(cutNullable(served.serviceTier(), longest))
        .setCacheStatus(cutNullable(served.gateway().getCacheStatus(), longest));
    TokenUsage usage = served.usage();
    if (usage != null) {
      row.setUsageSource(UsageText.Source.REPORTED.name());
      tokens(row, usage);
    }
  }

  private static void tokens(CompletionUsage.Builder row, TokenUsage usage) {
    row.setPromptTokens(usage.getPromptTokens())
        .setCompletionTokens(usage.getCompletionTokens())
        .setTotalTokens(usage.getTotalTokens());
    PromptTokensDetails prompt = usage.getPromptTokensDetails();
    if (prompt != null) {
      row.setCachedTokens(orZero(prompt.getCachedTokens()))
          .setCacheWriteTokens(prompt.getCacheWriteTokens())
          .setAudioPromptTokens(orZero(prompt.getAudioTokens()))
          .setImagePromptTokens(prompt.getImageTokens());
    }
    CompletionTokensDetails completion = usage.getCompletionTokensDetails();
    if (completion != null) {
      row.setReasoningTokens(orZero(completion.getReasoningTokens()))
          .setAudioCompletionTokens(orZero(completion.getAudioTokens()))
          .setImageCompletionTokens(completion.getImageTokens());
    }
  }

  private static @Nullable String metadata(CompletionCall call) {
    Map<String, String> metadata = GatewayMetadata.sent(call);
    return metadata.isEmpty() ? null : PlainJson.text(metadata);
  }

  private static @Nullable String batch(CompletionCall call) {
    return BatchRequestId.parse(call.requestId()).map(BatchRequestId::batch).orElse(null);
  }

  static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest);
  }

  private static @Nullable String cutNullable(@Nullable String text, int longest) {
    return text == null ? null : cut(text, longest);
  }

  /** Sets the wait times of an attempt, in usage rows and in responses. */
  static final class WaitColumns {

    private WaitColumns() {}

    /**
     * Sets all columns. A wait that did not occur is 0, so that averages and percentiles of the
     * columns are right.
     */
    static void set(CompletionUsage.Builder row, Waits waits) {
      row.setWaitedInTopicMs(waits.millis(Kind.IN_TOPIC))
          .setWaitedForRestartMs(waits.millis(Kind.RESTART))
          .setWaitedForRegistryMs(waits.millis(Kind.REGISTRY))
          .setWaitedForOrderMs(waits.millis(Kind.ORDER))
          .setWaitedForLimitMs(waits.millis(Kind.LIMIT))
          .setWaitedForSlotMs(waits.millis(Kind.SLOT))
          .setWaitedForCoolDownMs(waits.millis(Kind.COOL_DOWN))
          .setWaitedForHoldMs(waits.millis(Kind.HOLD))
          .setWaitedForBreakerMs(waits.millis(Kind.BREAKER))
          .setWaitedForBackoffMs(waits.millis(Kind.BACKOFF))
          .setWaitedForPauseMs(waits.millis(Kind.PAUSE))
          .setWaitedForAnswerMs(waits.millis(Kind.ANSWER))
          .setWaitedForPrefixMs(waits.millis(Kind.PREFIX));
    }

    /** Leaves out waits that did not occur, to keep the JSON readable. */
    static void set(CallDetails.Builder details, Waits waits) {
      details
          .setWaitedInTopicMs(some(waits, Kind.IN_TOPIC))
          .setWaitedForRestartMs(some(waits, Kind.RESTART))
          .setWaitedForRegistryMs(some(waits, Kind.REGISTRY))
          .setWaitedForOrderMs(some(waits, Kind.ORDER))
          .setWaitedForLimitMs(some(waits, Kind.LIMIT))
          .setWaitedForSlotMs(some(waits, Kind.SLOT))
          .setWaitedForCoolDownMs(some(waits, Kind.COOL_DOWN))
          .setWaitedForHoldMs(some(waits, Kind.HOLD))
          .setWaitedForBreakerMs(some(waits, Kind.BREAKER))
          .setWaitedForBackoffMs(some(waits, Kind.BACKOFF))
          .setWaitedForPauseMs(some(waits, Kind.PAUSE))
          .setWaitedForAnswerMs(some(waits, Kind.ANSWER))
          .setWaitedForPrefixMs(some(waits, Kind.PREFIX));
    }

    private static @Nullable Long some(Waits waits, Kind kind) {
      long millis = waits.millis(kind);
      return millis == 0 ? null : (Long) millis;
    }
  }
}
