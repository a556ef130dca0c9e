package io.completionworker.cli.body;

import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import io.completionworker.cli.body.BodyReader.Reading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of a body by topic, all but what is asked. */
final class BodyParameters {

  private BodyParameters() {}

  static void sampling(CompletionRequest.Builder request, Reading reading) {
    JsonFields fields = reading.fields;
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

  static void tools(CompletionRequest.Builder request, Reading reading) {
    JsonFields fields = reading.fields;
    request
        .setTools(reading.known("tools", () -> fields.objects("tools", ToolJson::tool)))
        .setToolChoice(reading.known("tool_choice", () -> ToolJson.toolChoice(fields)))
        .setParallelToolCalls(fields.flag("parallel_tool_calls"))
        .setFunctionCall(reading.known("function_call", () -> ToolJson.functionCallOption(fields)))
        .setFunctions(
            reading.known("functions", () -> fields.objects("functions", ToolJson::definition)));
  }

  static void answerForm(CompletionRequest.Builder request, Reading reading) {
    JsonFields fields = reading.fields;
    request
        .setMaxTokens(fields.integer("max_tokens"))
        .setMaxCompletionTokens(fields.integer("max_completion_tokens"))
        .setN(fields.integer("n"))
        .setStop(stop(fields))
        .setStreamOptions(
            reading.known(
                "stream_options",
                () -> fields.object("stream_options", BodyParameters::streamOptions)))
        .setResponseFormat(
            reading.known(
                "response_format",
                () -> fields.object("response_format", BodyParameters::responseFormat)))
        .setModalities(fields.texts("modalities"))
        .setAudio(reading.known("audio", () -> fields.object("audio", BodyParameters::audio)))
        .setVerbosity(fields.text("verbosity"));
  }

  static void account(CompletionRequest.Builder request, Reading reading) {
    JsonFields fields = reading.fields;
    request
        .setReasoningEffort(fields.text("reasoning_effort"))
        .setPrediction(
            reading.known(
                "prediction", () -> fields.object("prediction", BodyParameters::prediction)))
        .setUser(fields.text("user"))
        .setServiceTier(fields.text("service_tier"))
        .setStore(fields.flag("store"))
        .setMetadata(fields.textMap("metadata"));
  }

  private static @Nullable List<String> stop(JsonFields fields) {
    if (!fields.isText("stop")) {
      return fields.texts("stop");
    }
    return List.of(fields.requiredText("stop"));
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
