// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.completion.ProviderName;
import io.completionworker.completion.Waits;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Every attribute that a span may have. Names are OpenTelemetry's where it has one (semantic
 * conventions for messaging, generative AI, HTTP and errors); ours begin with {@code
 * completion_worker.}.
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

  /** What an attempt waited for, in milliseconds. */
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
}
