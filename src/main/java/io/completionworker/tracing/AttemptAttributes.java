// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.ProviderName;
import io.completionworker.completion.Served;
import io.completionworker.completion.Waits;
import io.completionworker.tracing.Tracing.TracedWorker;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Name and attributes of an attempt's span. */
final class AttemptAttributes {

  private static final String CHAT = "chat";

  private final TracedWorker worker;
  private final boolean content;

  /**
   * @param content whether prompts and answers are told
   */
  AttemptAttributes(TracedWorker worker, boolean content) {
    this.worker = worker;
    this.content = content;
  }

  static String name(CompletionCall call) {
    return CHAT + " " + call.request().getModel();
  }

  Attributes ofCall(CompletionCall call, String callId, int resends, Waits waits) {
    CompletionRequest request = call.request();
    AttributesBuilder attributes =
        Attributes.builder()
            .put(SpanAttributes.GEN_AI_OPERATION, CHAT)
            .put(SpanAttributes.PROVIDER, provider(call))
            .put(SpanAttributes.REQUEST_MODEL, request.getModel())
            .put(SpanAttributes.SERVER, worker.server())
            .put(SpanAttributes.PORT, worker.port())
            .put(SpanAttributes.REQUEST_ID, call.requestId())
            .put(SpanAttributes.CALL_ID, callId);
    Integer most = request.getMaxCompletionTokens();
    whole(attributes, SpanAttributes.MAX_TOKENS, most == null ? request.getMaxTokens() : most);
    put(attributes, SpanAttributes.TEMPERATURE, request.getTemperature());
    put(attributes, SpanAttributes.TOP_P, request.getTopP());
    put(attributes, SpanAttributes.FREQUENCY_PENALTY, request.getFrequencyPenalty());
    put(attributes, SpanAttributes.PRESENCE_PENALTY, request.getPresencePenalty());
    put(attributes, SpanAttributes.SEED, request.getSeed());
    Integer choices = request.getN();
    whole(
        attributes, SpanAttributes.CHOICE_COUNT, choices == null || choices == 1 ? null : choices);
    whole(attributes, SpanAttributes.RESENDS, resends == 0 ? null : resends);
    SpanAttributes.WAITED.forEach(
        (kind, key) -> {
          if (waits.millis(kind) > 0) {
            attributes.put(key, waits.millis(kind));
          }
        });
    if (content) {
      attributes.put(SpanAttributes.INPUT_MESSAGES, MessageContent.of(request.getMessages()));
    }
    return attributes.build();
  }

  Attributes ofResult(AttemptResult result) {
    AttributesBuilder attributes = Attributes.builder();
    Served served = result.served();
    if (served != null) {
      served(attributes, served);
    }
    if (result instanceof AttemptResult.Answered answered) {
      answered(attributes, answered.answer());
    } else if (result instanceof AttemptResult.Rejected rejected) {
      attributes.put(SpanAttributes.ERROR, rejected.error().reason().name());
      whole(attributes, SpanAttributes.STATUS, rejected.error().status());
    }
    return attributes.build();
  }

  private void answered(AttributesBuilder attributes, Answer answer) {
    whole(attributes, SpanAttributes.STATUS, answer.gateway().getStatus());
    attributes.put(
        SpanAttributes.FINISH_REASONS,
        answer.choices().stream()
            .map(c -> Objects.requireNonNullElse(c.getFinishReason(), ""))
            .toList());
    if (!answer.id().isEmpty()) {
      attributes.put(SpanAttributes.RESPONSE_ID, answer.id());
    }
    if (content) {
      attributes.put(SpanAttributes.OUTPUT_MESSAGES, MessageContent.ofAnswer(answer.choices()));
    }
  }

  private static void served(AttributesBuilder attributes, Served served) {
    if (!served.model().isEmpty()) {
      attributes.put(SpanAttributes.RESPONSE_MODEL, served.model());
    }
    String provider = served.gateway().getProvider();
    if (provider != null) {
      attributes.put(SpanAttributes.PROVIDER, ProviderName.of(provider));
    }
    TokenUsage usage = served.usage();
    if (usage != null) {
      attributes.put(SpanAttributes.INPUT_TOKENS, usage.getPromptTokens());
      attributes.put(SpanAttributes.OUTPUT_TOKENS, usage.getCompletionTokens());
      PromptTokensDetails parts = usage.getPromptTokensDetails();
      if (parts != null) {
        put(attributes, SpanAttributes.CACHED_TOKENS, parts.getCachedTokens());
        put(attributes, SpanAttributes.CACHE_WRITE_TOKENS, parts.getCacheWriteTokens());
      }
    }
  }

  private String provider(CompletionCall call) {
    String named = call.provider();
    return ProviderName.of(named == null ? worker.provider() : named);
  }

  private static void whole(
      AttributesBuilder attributes, AttributeKey<Long> key, @Nullable Integer value) {
    if (value != null) {
      attributes.put(key, value.longValue());
    }
  }

  private static <T> void put(
      AttributesBuilder attributes, AttributeKey<T> key, @Nullable T value) {
    if (value != null) {
      attributes.put(key, value);
    }
  }
}
