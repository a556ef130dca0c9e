// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static io.completionworker.container.Places.all;
import static io.completionworker.container.Places.notReceived;
import static io.completionworker.container.Places.received;
import static io.completionworker.container.Places.repeated;
import static io.completionworker.container.Places.response;
import static io.completionworker.container.Places.sent;
import static io.completionworker.container.Places.usage;

import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.Choice;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolChoice;
import io.completionworker.container.Row.Place;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Parameters of the body. */
final class BodyRows {

  private BodyRows() {}

  /** Those of the endpoint's page, in its order. */
  static List<Row> ofThePage() {
    return List.of(
        row(
            "messages",
            "[{\"role\":\"user\",\"content\":\"messages\"}]",
            request -> {},
            response("choices[0].message.content", BodyRows::question, "“messages”")),
        row(
            "model",
            "\"gpt-4o\"",
            request -> request.setModel("gpt-4o"),
            all(
                response("model", CompletionResponse::getModel, "gpt-4o"),
                usage("model", CompletionUsage::getModel, "gpt-4o"))),
        echoed("frequency_penalty", "0.5", request -> request.setFrequencyPenalty(0.5)),
        echoed(
            "logit_bias",
            "{\"50256\":-50.5}",
            request -> request.setLogitBias(Map.of("50256", -50.5))),
        row(
            "logprobs",
            "true",
            request -> request.setLogprobs(true),
            response(
                "choices[0].logprobs.content[0].token",
                response -> first(response).getLogprobs().getContent().get(0).getToken().strip(),
                "Most")),
        row(
            "top_logprobs",
            "2",
            request -> request.setLogprobs(true).setTopLogprobs(2),
            response(
                "choices[0].logprobs.content[0].top_logprobs.size",
                response ->
                    first(response).getLogprobs().getContent().get(0).getTopLogprobs().size(),
                2)),
        row("max_tokens", "5", request -> request.setMaxTokens(5), finish("length")),
        row(
            "n",
            "2",
            request -> request.setN(2),
            response("choices.size", response -> response.getChoices().size(), 2)),
        echoed("presence_penalty", "-0.5", request -> request.setPresencePenalty(-0.5)),
        row(
            "response_format",
            "{\"type\":\"json_object\"}",
            request -> request.setResponseFormat(new ResponseFormat("json_object", null)),
            response(
                "choices[0].message.content",
                Places::content,
                "{\"question\":\"response_format\",\"answer\":\"yes\"}")),
        echoed("seed", "42", request -> request.setSeed(42L)),
        echoed("stop", "[\"END\"]", request -> request.setStop(List.of("END"))),
        row(
            "stream",
            "true",
            request -> request.setStream(true),
            all(
                response("choices[0].message.content", BodyRows::question, "“stream”"),
                finish("stop"))),
        row(
            "stream_options",
            "{\"include_usage\":true}",
            request -> request.setStream(true).setStreamOptions(new StreamOptions(true, null)),
            all(
                response("choices[0].message.content", BodyRows::question, "“stream_options”"),
                finish("stop"))),
        echoed("temperature", "0.25", request -> request.setTemperature(0.25)),
        echoed("top_p", "0.75", request -> request.setTopP(0.75)),
        row(
            "tools",
            "[" + toolJson("sum") + "]",
            request -> request.setTools(List.of(tool("sum"))),
            all(toolCalls(List.of("sum")), finish("tool_calls"))),
        row(
            "tool_choice",
            "{\"type\":\"function\",\"function\":{\"name\":\"product\"}}",
            request ->
                request
                    .setTools(List.of(tool("sum"), tool("product")))
                    .setToolChoice(new ToolChoice(null, new FunctionName("product"))),
            toolCalls(List.of("product"))),
        row(
            "parallel_tool_calls",
            "false",
            request ->
                request.setTools(List.of(tool("sum"), tool("product"))).setParallelToolCalls(false),
            toolCalls(List.of("sum"))),
        row(
            "user",
            "\"u-7\"",
            request -> request.setUser("u-7"),
            usage("end_user", CompletionUsage::getEndUser, "u-7")),
        row("function_call", "{\"name\":\"old\"}", BodyRows::callOld, functionCall("old")),
        row("functions", "[{\"name\":\"old\"}]", BodyRows::callOld, functionCall("old")));
  }

  /** What the API has grown since. */
  static List<Row> newer() {
    return List.of(
        row(
            "max_completion_tokens",
            "5",
            request -> request.setMaxCompletionTokens(5),
            finish("length")),
        row(
            "reasoning_effort",
            "\"low\"",
            request -> request.setReasoningEffort("low"),
            usage("reasoning_tokens", CompletionUsage::getReasoningTokens, 32L)),
        row(
            "service_tier",
            "\"flex\"",
            request -> request.setServiceTier("flex"),
            all(
                response("service_tier", CompletionResponse::getServiceTier, "flex"),
                usage("service_tier", CompletionUsage::getServiceTier, "flex"))),
        row("modalities", "[\"text\",\"audio\"]", BodyRows::speak, audio()),
        row("audio", "{\"voice\":\"alloy\",\"format\":\"mp3\"}", BodyRows::speak, audio()),
        echoed(
            "prediction",
            "{\"type\":\"content\",\"content\":\"Maybe.\"}",
            request -> request.setPrediction(new Prediction("content", "Maybe."))),
        echoed("store", "true", request -> request.setStore(true)),
        echoed(
            "metadata",
            "{\"team\":\"blue\"}",
            request -> request.setMetadata(Map.of("team", "blue"))),
        echoed("verbosity", "\"low\"", request -> request.setVerbosity("low")),
        new Row(
            "extra_body",
            "`{\"top_k\":40}`",
            Row.request("extra_body", "extra_body").setExtraBody("{\"top_k\":40}").build(),
            Map.of(),
            sighting -> "`top_k`: " + sent("top_k", "40").look(sighting),
            notReceived("top_k", "dropped: this gateway passes on only what it knows"),
            finish("stop")));
  }

  private static Row row(
      String name, String json, Consumer<CompletionRequest.Builder> set, Place outputs) {
    return row(name, name, json, set, outputs);
  }

  /** A parameter without an effect at this provider, which repeats it instead. */
  private static Row echoed(String name, String json, Consumer<CompletionRequest.Builder> set) {
    return row(name, Row.ECHO + name, json, set, repeated(name, json));
  }

  private static Row row(
      String name,
      String words,
      String json,
      Consumer<CompletionRequest.Builder> set,
      Place outputs) {
    return new Row(
        name,
        Places.code(json),
        request(name, words, set),
        Map.of(),
        sent(name, json),
        received(name, json),
        outputs);
  }

  private static CompletionRequest request(
      String name, String words, Consumer<CompletionRequest.Builder> set) {
    CompletionRequest.Builder request = Row.request(name, words);
    set.accept(request);
    return request.build();
  }

  private static Place finish(String reason) {
    return all(
        response("choices[0].finish_reason", r -> first(r).getFinishReason(), reason),
        usage("finish_reason", CompletionUsage::getFinishReason, reason));
  }

  private static Place toolCalls(List<String> names) {
    return response(
        "choices[0].message.tool_calls.function.name",
        response ->
            first(response).getMessage().getToolCalls().stream()
                .map(call -> call.getFunction().getName())
                .toList(),
        names);
  }

  private static Place functionCall(String name) {
    return response(
        "choices[0].message.function_call.name",
        response -> first(response).getMessage().getFunctionCall().getName(),
        name);
  }

  private static Place audio() {
    return response(
        "choices[0].message.audio.id",
        response -> first(response).getMessage().getAudio().getId(),
        "audio_simulated");
  }

  private static void speak(CompletionRequest.Builder request) {
    request.setModalities(List.of("text", "audio")).setAudio(new AudioOutput("alloy", "mp3"));
  }

  private static void callOld(CompletionRequest.Builder request) {
    request
        .setFunctions(List.of(function("old")))
        .setFunctionCall(new FunctionCallOption(null, "old"));
  }

  private static Choice first(CompletionResponse response) {
    return response.getChoices().get(0);
  }

  /** The answers quote what they were asked. */
  private static String question(CompletionResponse response) {
    String text = Places.content(response);
    return text.substring(text.indexOf('“'), text.indexOf('”') + 1);
  }

  private static Tool tool(String name) {
    return new Tool("function", function(name), null);
  }

  private static String toolJson(String name) {
    return "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\"}}";
  }

  private static FunctionDefinition function(String name) {
    return new FunctionDefinition(name, null, null, null, null);
  }
}
