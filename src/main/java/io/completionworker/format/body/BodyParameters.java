// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import io.completionworker.format.body.MessageJson.ToolJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a body by topic, except the model, the messages and {@code stream}. */
final class BodyParameters {

  private BodyParameters() {}

  static void sampling(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setFrequencyPenalty(fields.decimal("frequency_penalty"))
        .setPresencePenalty(fields.decimal("presence_penalty"))
        .setLogitBias(logitBias(fields))
        .setLogprobs(fields.flag("logprobs"))
        .setTopLogprobs(fields.integer("top_logprobs"))
        .setSeed(fields.whole("seed"))
        .setTemperature(fields.decimal("temperature"))
        .setTopP(fields.decimal("top_p"));
  }

  static void tools(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setTools(fields.objects("tools", ToolJson::tool))
        .setToolChoice(ToolJson.toolChoice(fields))
        .setParallelToolCalls(fields.flag("parallel_tool_calls"))
        .setFunctionCall(ToolJson.functionCallOption(fields))
        .setFunctions(fields.objects("functions", ToolJson::definition));
  }

  static void answerForm(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setMaxTokens(fields.integer("max_tokens"))
        .setMaxCompletionTokens(fields.integer("max_completion_tokens"))
        .setN(fields.integer("n"))
        .setStop(stop(fields))
        .setStreamOptions(fields.object("stream_options", BodyParameters::streamOptions))
        .setResponseFormat(fields.object("response_format", BodyParameters::responseFormat))
        .setModalities(fields.texts("modalities"))
        .setAudio(fields.object("audio", BodyParameters::audio))
        .setVerbosity(fields.text("verbosity"));
  }

  static void account(CompletionRequest.Builder request, JsonFields fields) {
    request
        .setReasoningEffort(fields.text("reasoning_effort"))
        .setPrediction(fields.object("prediction", BodyParameters::prediction))
        .setUser(fields.text("user"))
        .setServiceTier(fields.text("service_tier"))
        .setStore(fields.flag("store"))
        .setMetadata(fields.textMap("metadata"));
  }

  /** Reads one string or an array of strings. Anything else except null is a fault. */
  private static @Nullable List<String> stop(JsonFields fields) {
    JsonNode stop = fields.peek("stop");
    if (stop.isTextual()) {
      return List.of(fields.required(fields.text("stop"), "stop"));
    }
    if (!stop.isArray() && !stop.isMissingNode() && !stop.isNull()) {
      throw BodyFaultException.wrong("stop", "is not an array of strings");
    }
    for (int i = 0; i < stop.size(); i++) {
      if (!stop.get(i).isTextual()) {
        throw BodyFaultException.wrong("stop[" + i + "]", "is not a string");
      }
    }
    return fields.texts("stop");
  }

  /** Reads a map from token ids to numbers. Anything else except null is a fault. */
  private static @Nullable Map<String, Double> logitBias(JsonFields fields) {
    JsonNode bias = fields.peek("logit_bias");
    if (!bias.isObject() && !bias.isMissingNode() && !bias.isNull()) {
      throw BodyFaultException.wrong("logit_bias", "is not an object");
    }
    for (Map.Entry<String, JsonNode> entry : bias.properties()) {
      if (!entry.getValue().isNumber()) {
        throw BodyFaultException.wrong("logit_bias." + entry.getKey(), "is not a number");
      }
    }
    return fields.decimalMap("logit_bias");
  }

  private static ResponseFormat responseFormat(JsonFields fields) {
    return ResponseFormat.newBuilder()
        .setType(fields.requiredText("type"))
        .setJsonSchema(fields.object("json_schema", BodyParameters::jsonSchema))
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
    Object content = MessageJson.content(fields);
    return Prediction.newBuilder()
        .setType(fields.requiredText("type"))
        .setContent(fields.required(content, "content"))
        .build();
  }
}
