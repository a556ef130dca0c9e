// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Message;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.validation.RequestValidator;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records with what only some endpoints know: valid by the page, and merged into what is sent. */
class DialectRecordsTest {

  private static final String CACHED = "{\"cache_control\":{\"type\":\"ephemeral\"}}";

  private static final FunctionDefinition WEATHER =
      FunctionDefinition.newBuilder()
          .setName("weather")
          .setDescription("d")
          .setParameters("{\"type\":\"object\",\"properties\":{}}")
          .build();

  @Test
  void shouldSendCacheControlOfAPart() throws IOException {
    ContentPart part = part("text").setText("long text").setExtra(CACHED).build();

    assertSent(
        request(message("system").setContent(List.of(part)), message("user").setContent("hi")),
        """
        {"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"long text",
        "cache_control":{"type":"ephemeral"}}]},{"role":"user","content":"hi"}]}\
        """);
  }

  @Test
  void shouldSendCacheControlOfATool() throws IOException {
    assertSent(
        request(message("user").setContent("hi"))
            .setTools(List.of(new Tool("function", WEATHER, CACHED)))
            .setToolChoice(new ToolChoice("required", null)),
        """
        {"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function",
        "function":{"name":"weather","description":"d","parameters":{"type":"object","properties":
        {}}},"cache_control":{"type":"ephemeral"}}],"tool_choice":"required"}\
        """);
  }

  @Test
  void shouldSendTheReasoningOfAnEarlierAnswer() throws IOException {
    ToolCall call = new ToolCall("c1", "function", new FunctionCall("weather", "{}"), null);

    assertSent(
        request(
                message("user").setContent("hi"),
                message("assistant")
                    .setContent("")
                    .setToolCalls(List.of(call))
                    .setExtra("{\"reasoning_content\":\"I need the weather\"}"),
                message("tool").setToolCallId("c1").setContent("rain"))
            .setTools(List.of(new Tool("function", WEATHER, null))),
        """
        {"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"",
        "reasoning_content":"I need the weather","tool_calls":[{"id":"c1","type":"function",
        "function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1",
        "content":"rain"}],"tools":[{"type":"function","function":{"name":"weather","description":
        "d","parameters":{"type":"object","properties":{}}}}]}\
        """);
  }

  @Test
  void shouldSendAPartOfAnUnknownType() throws IOException {
    ContentPart video =
        part("video_url")
            .setExtra("{\"video_url\":{\"url\":\"https://example.org/a.mp4\"}}")
            .build();

    assertSent(
        request(message("user").setContent(List.of(video, part("text").setText("what?").build()))),
        """
        {"model":"m","messages":[{"role":"user","content":[{"type":"video_url","video_url":
        {"url":"https://example.org/a.mp4"}},{"type":"text","text":"what?"}]}]}\
        """);
  }

  @Test
  void shouldSendNullsAndEmptyListsOfAnEarlierAnswer() throws IOException {
    assertSent(
        request(
            message("user").setContent("hi"),
            message("assistant")
                .setContent("x")
                .setExtra(
                    """
                    {"refusal":null,"annotations":[],"audio":null,"function_call":null,
                    "tool_calls":null}\
                    """),
            message("user").setContent("go on")),
        """
        {"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"x",
        "refusal":null,"annotations":[],"audio":null,"function_call":null,"tool_calls":null},
        {"role":"user","content":"go on"}]}\
        """);
  }

  @Test
  void shouldSendMoreOfAFunction() throws IOException {
    FunctionDefinition function =
        FunctionDefinition.newBuilder()
            .setName("weather")
            .setParameters("{}")
            .setExtra("{\"returns\":{}}")
            .build();

    assertSent(
        request(message("user").setContent("hi"))
            .setFunctions(List.of(function))
            .setFunctionCall(new FunctionCallOption(null, "weather")),
        """
        {"model":"m","messages":[{"role":"user","content":"hi"}],"functions":[{"name":"weather",
        "parameters":{},"returns":{}}],"function_call":{"name":"weather"}}\
        """);
  }

  @Test
  void shouldSendToolsAndCallsThatAreNoFunctions() throws IOException {
    ToolCall call = new ToolCall("c", "custom", null, "{\"custom\":{\"name\":\"n\"}}");
    ToolCall signed =
        new ToolCall(
            "d",
            "function",
            new FunctionCall("f", "{}"),
            "{\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}}");

    assertSent(
        request(message("assistant").setToolCalls(List.of(call, signed)))
            .setTools(List.of(new Tool("web_search", null, "{\"max_uses\":3}"))),
        """
        {"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c",
        "type":"custom","custom":{"name":"n"}},{"id":"d","type":"function","function":{"name":"f",
        "arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]}],
        "tools":[{"type":"web_search","max_uses":3}]}\
        """);
  }

  @Test
  void shouldLetMembersWinOverFields() throws IOException {
    Message.Builder message =
        message("assistant")
            .setContent("typed")
            .setName("typed")
            .setFunctionCall(new FunctionCall("f", "{}"))
            .setToolCalls(List.of(new ToolCall("c", "function", new FunctionCall("f", "{}"), null)))
            .setExtra(
                """
                {"content":[1.50],"name":"own","function_call":null,"tool_calls":null,"a":1,
                "a":2}\
                """);

    assertSent(
        request(message),
        """
        {"model":"m","messages":[{"role":"assistant","content":[1.5],"name":"own",
        "function_call":null,"tool_calls":null,"a":2}]}\
        """);
  }

  @Test
  void shouldAddNoNullToAMessageThatSaysItsRoleTwice() throws IOException {
    ToolCall call = new ToolCall("c", "function", new FunctionCall("f", "{}"), null);

    assertSent(
        request(
            message("assistant")
                .setToolCalls(List.of(call))
                .setExtra("{\"role\":\"assistant\",\"prefix\":true}")),
        """
        {"model":"m","messages":[{"role":"assistant","prefix":true,"tool_calls":[{"id":"c",
        "type":"function","function":{"name":"f","arguments":"{}"}}]}]}\
        """);
  }

  private static void assertSent(CompletionRequest.Builder builder, String body)
      throws IOException {
    CompletionRequest request = builder.build();
    JsonNode sent = new ObjectMapper().readTree(new RequestEncoder().encode(request).bytes());

    assertThat(sent).isEqualTo(new ObjectMapper().readTree(body));
    assertThat(new RequestValidator(Strictness.STRICT).check(request)).isEmpty();
  }

  private static CompletionRequest.Builder request(Message.Builder... messages) {
    return CompletionRequest.newBuilder()
        .setModel("m")
        .setMessages(Arrays.stream(messages).map(Message.Builder::build).toList());
  }

  private static Message.Builder message(String role) {
    return Message.newBuilder().setRole(role);
  }

  private static ContentPart.Builder part(String type) {
    return ContentPart.newBuilder().setType(type);
  }
}
