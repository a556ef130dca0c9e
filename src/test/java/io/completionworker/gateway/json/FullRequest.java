// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.AudioReference;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.InputAudio;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Message;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A request in which every field of the schema is set, and the body it has to become. */
final class FullRequest {

  static final String BODY =
      """
      {
        "messages": [
          {"role": "system", "content": "Be brief."},
          {"role": "user", "name": "ann", "content": [
            {"type": "text", "text": "Look:", "cache_control": {"ttl": "1h"}},
            {"type": "refusal", "refusal": "No."},
            {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}},
            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
            {"type": "file", "file": {"file_id": "f1", "filename": "a.pdf", "file_data": "BBBB"}}
          ]},
          {"role": "assistant", "content": null, "refusal": "I will not.",
           "tool_calls": [{"id": "c1", "type": "function",
                           "function": {"name": "sum", "arguments": "{\\"a\\":1}"}, "sign": "s"}],
           "function_call": {"name": "old", "arguments": "not json"},
           "audio": {"id": "a1"}, "reasoning_content": "Hm.", "annotations": []},
          {"role": "tool", "content": "3", "tool_call_id": "c1"}
        ],
        "model": "@slug/gpt",
        "frequency_penalty": -0.5,
        "logit_bias": {"50256": -100, "7": 0.25},
        "logprobs": true,
        "top_logprobs": 3,
        "max_tokens": 11,
        "max_completion_tokens": 12,
        "n": 2,
        "presence_penalty": 2,
        "response_format": {"type": "json_schema", "json_schema": {
          "name": "point", "description": "A point.", "strict": true,
          "schema": {"type": "object", "properties": {"x": {"type": "number", "maximum": 1.10}}}}},
        "seed": 9007199254740993,
        "stop": ["END"],
        "temperature": 1,
        "top_p": 0.9,
        "tools": [{"type": "function", "function": {"name": "sum", "description": "Adds.",
          "parameters": {"type": "object"}, "strict": false, "f": 1.50},
          "cache_control": {"type": "ephemeral"}}],
        "tool_choice": {"type": "function", "function": {"name": "sum"}},
        "parallel_tool_calls": false,
        "user": "u-1",
        "function_call": {"name": "old"},
        "functions": [{"name": "old", "description": "Old.", "parameters": true, "strict": true,
                       "returns": {}}],
        "reasoning_effort": "low",
        "service_tier": "flex",
        "modalities": ["text", "audio"],
        "audio": {"voice": "alloy", "format": "mp3"},
        "prediction": {"type": "content", "content": [{"type": "text", "text": "Maybe."}]},
        "store": true,
        "metadata": {"team": "blue"},
        "verbosity": "high",
        "stream": true, "stream_options": {"include_usage": true, "include_obfuscation": false},
       "top_k": 40,
        "nested": {"a": [1.10, 12345678901234567890, null]}
      }
      """;

  private FullRequest() {}

  static CompletionRequest request() {
    CompletionRequest.Builder request =
        CompletionRequest.newBuilder()
            .setRequestId("r-1")
            .setMessages(List.of(system(), user(), assistant(), tool()))
            .setModel("@slug/gpt")
            .setStream(true)
            .setStreamOptions(new StreamOptions(true, false))
            .setExtraBody(
                """
                {"top_k": 40, "nested": {"a": [1.10, 12345678901234567890, null]}}\
                """)
            .setPortkey(PortkeyOptions.newBuilder().setVirtualKey("vk").build())
            .setDeadlineMs(1000L);
    sampling(request);
    output(request);
    tools(request);
    return request.build();
  }

  private static void sampling(CompletionRequest.Builder request) {
    request
        .setFrequencyPenalty(-0.5)
        .setLogitBias(new TreeMap<>(Map.of("50256", -100d, "7", 0.25)))
        .setLogprobs(true)
        .setTopLogprobs(3)
        .setMaxTokens(11)
        .setMaxCompletionTokens(12)
        .setN(2)
        .setPresencePenalty(2d)
        .setSeed(9007199254740993L)
        .setStop(List.of("END"))
        .setTemperature(1d)
        .setTopP(0.9);
  }

  private static void output(CompletionRequest.Builder request) {
    String schema =
        """
        {"type": "object", "properties": {"x": {"type": "number", "maximum": 1.10}}}""";
    request
        .setResponseFormat(
            new ResponseFormat(
                "json_schema", new JsonSchemaFormat("point", "A point.", schema, true)))
        .setReasoningEffort("low")
        .setServiceTier("flex")
        .setModalities(List.of("text", "audio"))
        .setAudio(new AudioOutput("alloy", "mp3"))
        .setPrediction(new Prediction("content", List.of(text("Maybe."))))
        .setStore(true)
        .setMetadata(Map.of("team", "blue"))
        .setVerbosity("high");
  }

  private static void tools(CompletionRequest.Builder request) {
    request
        .setTools(
            List.of(
                new Tool(
                    "function",
                    new FunctionDefinition(
                        "sum", "Adds.", "{\"type\":\"object\"}", false, "{\"f\":1.50}"),
                    "{\"cache_control\":{\"type\":\"ephemeral\"}}")))
        .setToolChoice(new ToolChoice(null, new FunctionName("sum")))
        .setParallelToolCalls(false)
        .setUser("u-1")
        .setFunctionCall(new FunctionCallOption(null, "old"))
        .setFunctions(
            List.of(new FunctionDefinition("old", "Old.", "true", true, "{\"returns\":{}}")));
  }

  private static Message system() {
    return Message.newBuilder().setRole("system").setContent("Be brief.").build();
  }

  private static Message user() {
    ContentPart.Builder image = part("image_url");
    image.setImageUrl(new ImageUrl("https://example.org/a.png", "low"));
    ContentPart.Builder audio = part("input_audio");
    audio.setInputAudio(new InputAudio("AAAA", "wav"));
    ContentPart.Builder file = part("file");
    file.setFile(new FilePart("f1", "a.pdf", "BBBB"));
    return Message.newBuilder()
        .setRole("user")
        .setName("ann")
        .setContent(
            List.of(
                part("text")
                    .setText("Look:")
                    .setExtra("{\"cache_control\":{\"ttl\":\"1h\"}}")
                    .build(),
                part("refusal").setRefusal("No.").build(),
                image.build(),
                audio.build(),
                file.build()))
        .build();
  }

  private static Message assistant() {
    return Message.newBuilder()
        .setRole("assistant")
        .setRefusal("I will not.")
        .setToolCalls(
            List.of(
                new ToolCall(
                    "c1", "function", new FunctionCall("sum", "{\"a\":1}"), "{\"sign\":\"s\"}")))
        .setFunctionCall(new FunctionCall("old", "not json"))
        .setAudio(new AudioReference("a1"))
        .setExtra("{\"reasoning_content\":\"Hm.\",\"annotations\":[]}")
        .build();
  }

  private static Message tool() {
    return Message.newBuilder().setRole("tool").setContent("3").setToolCallId("c1").build();
  }

  private static ContentPart text(String text) {
    return part("text").setText(text).build();
  }

  private static ContentPart.Builder part(String type) {
    return ContentPart.newBuilder().setType(type);
  }
}
