package io.completionworker.demo.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request in the endpoint's own body form, with {@code request_id}, {@code deadline_ms},
 * {@code portkey} and {@code extra_body} beside its parameters.
 *
 * <p>Parameters that the schema does not know go to {@code extra_body}; unknown fields deeper down
 * are refused, because nothing could carry them.
 */
public final class RequestJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RequestJson() {}

  /**
   * Reads one request.
   *
   * @throws IllegalArgumentException with the path of the field that a record cannot hold
   */
  public static CompletionRequest parse(String body) {
    try {
      return request(JsonFields.of(JSON.readTree(body), ""));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static CompletionRequest request(JsonFields fields) {
    CompletionRequest.Builder request = CompletionRequest.newBuilder();
    addWhatIsAsked(request, fields);
    addSampling(request, fields);
    addTools(request, fields);
    addAnswerForm(request, fields);
    addAccount(request, fields);
    JsonNode extra = fields.any("extra_body");
    return request.setExtraBody(extraBody(fields, extra)).build();
  }

  private static void addWhatIsAsked(CompletionRequest.Builder request, JsonFields fields) {
    List<io.completionworker.avro.Message> messages =
        fields.objects("messages", MessageJson::message);
    request
        .setRequestId(fields.text("request_id"))
        .setMessages(messages == null ? List.of() : messages)
        .setModel(fields.requiredText("model"))
        .setReasoningEffort(fields.text("reasoning_effort"))
        .setPrediction(fields.object("prediction", RequestJson::prediction))
        .setDeadlineMs(fields.whole("deadline_ms"))
        .setPortkey(fields.object("portkey", RequestJson::portkey));
  }

  private static void addSampling(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setFrequencyPenalty(fields.decimal("frequency_penalty"))
        .setPresencePenalty(fields.decimal("presence_penalty"))
        .setLogitBias(fields.decimalMap("logit_bias"))
        .setLogprobs(fields.flag("logprobs"))
        .setTopLogprobs(fields.integer("top_logprobs"))
        .setSeed(fields.whole("seed"))
        .setTemperature(fields.decimal("temperature"))
        .setTopP(fields.decimal("top_p"));
  }

  private static void addTools(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setTools(fields.objects("tools", ToolJson::tool))
        .setToolChoice(ToolJson.toolChoice(fields))
        .setParallelToolCalls(fields.flag("parallel_tool_calls"))
        .setFunctionCall(ToolJson.functionCallOption(fields))
        .setFunctions(fields.objects("functions", ToolJson::definition));
  }

  private static void addAnswerForm(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setMaxTokens(fields.integer("max_tokens"))
        .setMaxCompletionTokens(fields.integer("max_completion_tokens"))
        .setN(fields.integer("n"))
        .setStop(stop(fields))
        .setStream(fields.flag("stream"))
        .setStreamOptions(fields.object("stream_options", RequestJson::streamOptions))
        .setResponseFormat(fields.object("response_format", RequestJson::responseFormat))
        .setModalities(fields.texts("modalities"))
        .setAudio(fields.object("audio", RequestJson::audio))
        .setVerbosity(fields.text("verbosity"));
  }

  private static void addAccount(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setUser(fields.text("user"))
        .setServiceTier(fields.text("service_tier"))
        .setStore(fields.flag("store"))
        .setMetadata(fields.textMap("metadata"));
  }

  private static @Nullable List<String> stop(JsonFields fields) {
    JsonNode stop = fields.rest().path("stop");
    if (!stop.isTextual()) {
      return fields.texts("stop");
    }
    fields.any("stop");
    return List.of(stop.asText());
  }

  private static @Nullable String extraBody(JsonFields fields, @Nullable JsonNode given) {
    ObjectNode extra = fields.rest();
    if (given instanceof ObjectNode object) {
      extra.setAll(object);
    } else if (given != null) {
      throw new IllegalArgumentException("extra_body is not an object");
    }
    return extra.isEmpty() ? null : extra.toString();
  }

  private static ResponseFormat responseFormat(JsonFields fields) {
    return ResponseFormat.newBuilder()
        .setType(fields.requiredText("type"))
        .setJsonSchema(fields.object("json_schema", RequestJson::jsonSchema))
        .build();
  }

  private static JsonSchemaFormat jsonSchema(JsonFields fields) {
    return JsonSchemaFormat.newBuilder()
        .setName(fields.requiredText("name"))
        .setDescription(fields.text("description"))
        .setSchema$(fields.json("schema"))
        .setStrict(fields.flag("strict"))
        .build();
  }

  private static StreamOptions streamOptions(JsonFields fields) {
    return StreamOptions.newBuilder()
        .setIncludeUsage(fields.flag("include_usage"))
        .setIncludeObfuscation(fields.flag("include_obfuscation"))
        .build();
  }

  private static AudioOutput audio(JsonFields fields) {
    return AudioOutput.newBuilder()
        .setVoice(fields.requiredText("voice"))
        .setFormat(fields.requiredText("format"))
        .build();
  }

  private static Prediction prediction(JsonFields fields) {
    return Prediction.newBuilder()
        .setType(fields.requiredText("type"))
        .setContent(MessageJson.content(fields))
        .build();
  }

  private static PortkeyOptions portkey(JsonFields fields) {
    return PortkeyOptions.newBuilder()
        .setVirtualKey(fields.text("virtual_key"))
        .setProvider(fields.text("provider"))
        .setConfig(fields.text("config"))
        .setTraceId(fields.text("trace_id"))
        .setSpanId(fields.text("span_id"))
        .setParentSpanId(fields.text("parent_span_id"))
        .setSpanName(fields.text("span_name"))
        .setMetadata(fields.textMap("metadata"))
        .setCacheNamespace(fields.text("cache_namespace"))
        .setCacheForceRefresh(fields.flag("cache_force_refresh"))
        .build();
  }
}
