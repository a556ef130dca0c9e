// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.ProviderName;
import io.completionworker.completion.Waits;
import io.completionworker.tracing.Tracing.TracedWorker;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every attribute that a span may have. Names are OpenTelemetry's where it has one (semantic
 * conventions for messaging, generative AI, HTTP and errors). The worker's own names begin with
 * {@code completion_worker.}.
 */
public final class SpanAttributes {

  public static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  public static final AttributeKey<String> OPERATION =
      AttributeKey.stringKey("messaging.operation.name");
  public static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  public static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  public static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  public static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  public static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");

  public static final AttributeKey<String> REQUEST_ID =
      AttributeKey.stringKey("completion_worker.request.id");
  public static final AttributeKey<String> CALL_ID =
      AttributeKey.stringKey("completion_worker.call.id");
  public static final AttributeKey<String> OUTCOME =
      AttributeKey.stringKey("completion_worker.outcome");
  public static final AttributeKey<Long> ATTEMPTS =
      AttributeKey.longKey("completion_worker.attempts");
  public static final AttributeKey<Boolean> RECOVERED =
      AttributeKey.booleanKey("completion_worker.recovered");

  /** The time for which an attempt waited, in milliseconds, by what it waited for. */
  public static final Map<Waits.Kind, AttributeKey<Long>> WAITED =
      Arrays.stream(Waits.Kind.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  kind -> kind, kind -> AttributeKey.longKey("completion_worker." + kind.field())));

  public static final AttributeKey<String> GEN_AI_OPERATION =
      AttributeKey.stringKey("gen_ai.operation.name");
  public static final AttributeKey<String> PROVIDER =
      AttributeKey.stringKey(ProviderName.ATTRIBUTE);
  public static final AttributeKey<String> REQUEST_MODEL =
      AttributeKey.stringKey("gen_ai.request.model");
  public static final AttributeKey<Long> MAX_TOKENS =
      AttributeKey.longKey("gen_ai.request.max_tokens");
  public static final AttributeKey<Double> TEMPERATURE =
      AttributeKey.doubleKey("gen_ai.request.temperature");
  public static final AttributeKey<Double> TOP_P = AttributeKey.doubleKey("gen_ai.request.top_p");
  public static final AttributeKey<Double> FREQUENCY_PENALTY =
      AttributeKey.doubleKey("gen_ai.request.frequency_penalty");
  public static final AttributeKey<Double> PRESENCE_PENALTY =
      AttributeKey.doubleKey("gen_ai.request.presence_penalty");
  public static final AttributeKey<Long> SEED = AttributeKey.longKey("gen_ai.request.seed");
  public static final AttributeKey<Long> CHOICE_COUNT =
      AttributeKey.longKey("gen_ai.request.choice.count");
  public static final AttributeKey<String> RESPONSE_ID =
      AttributeKey.stringKey("gen_ai.response.id");
  public static final AttributeKey<String> RESPONSE_MODEL =
      AttributeKey.stringKey("gen_ai.response.model");
  public static final AttributeKey<List<String>> FINISH_REASONS =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
  public static final AttributeKey<Long> INPUT_TOKENS =
      AttributeKey.longKey("gen_ai.usage.input_tokens");
  public static final AttributeKey<Long> OUTPUT_TOKENS =
      AttributeKey.longKey("gen_ai.usage.output_tokens");
  public static final AttributeKey<Long> CACHED_TOKENS =
      AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
  public static final AttributeKey<Long> CACHE_WRITE_TOKENS =
      AttributeKey.longKey("gen_ai.usage.cache_creation.input_tokens");
  public static final AttributeKey<String> INPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.input.messages");
  public static final AttributeKey<String> OUTPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.output.messages");

  public static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
  public static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  public static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  public static final AttributeKey<Long> RESENDS =
      AttributeKey.longKey("http.request.resend_count");
  public static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private SpanAttributes() {}

  /** Name and attributes of an attempt's span. */
  static final class AttemptAttributes {

    private static final String CHAT = "chat";

    private final TracedWorker worker;
    private final boolean content;

    /**
     * @param content whether spans contain prompts and answers
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
          attributes,
          SpanAttributes.CHOICE_COUNT,
          choices == null || choices == 1 ? null : choices);
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
}
