// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import static io.completionworker.validation.Requests.function;
import static io.completionworker.validation.Requests.lenient;
import static io.completionworker.validation.Requests.part;
import static io.completionworker.validation.Requests.strict;
import static io.completionworker.validation.Requests.strictMessage;
import static io.completionworker.validation.Requests.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.Message;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import io.completionworker.avro.Violation;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What will be sent counts: fields, and the JSON that is merged into them. */
class ExtraRulesTest {

  private static final String TOOLS = "{\"tools\":[{\"googleSearch\":{}}]}";

  private static Arguments that(Consumer<CompletionRequest.Builder> bent, String... fields) {
    return arguments(bent, List.of(fields));
  }

  private static Consumer<CompletionRequest.Builder> message(Consumer<Message.Builder> bent) {
    Message.Builder message = Message.newBuilder().setRole("user").setContent("Hi");
    bent.accept(message);
    return request -> request.setMessages(List.of(message.build()));
  }

  @Test
  void shouldNameEveryExtraThatIsNoJsonObjectAndNotQuoteIt() {
    String secret = "{'my':'secret'}";
    ContentPart part = part("text", p -> p.setText("a").setExtra(secret));
    Consumer<CompletionRequest.Builder> bent =
        request -> {
          ToolCall call = new ToolCall("c", "custom", null, "[]");
          message(
                  m ->
                      m.setRole("assistant")
                          .setContent(List.of(part("text", p -> p.setText("b")), part))
                          .setToolCalls(List.of(call))
                          .setExtra("1"))
              .accept(request);
          request
              .setTools(List.of(new Tool("function", with("f", "null"), "\"secret\"")))
              .setFunctions(List.of(with("g", "")))
              .setPrediction(new Prediction("content", List.of(part)));
        };

    List<Violation> violations = lenient(bent);

    assertThat(violations)
        .extracting(Violation::getField)
        .containsExactlyInAnyOrder(
            "messages[0].extra",
            "messages[0].content[1].extra",
            "messages[0].tool_calls[0].extra",
            "tools[0].extra",
            "tools[0].function.extra",
            "functions[0].extra",
            "prediction.content[0].extra");
    assertThat(violations.toString()).doesNotContain("secret");
  }

  private static FunctionDefinition with(String name, String extra) {
    return FunctionDefinition.newBuilder().setName(name).setExtra(extra).build();
  }

  static Stream<Arguments> parameters() {
    ToolChoice required = new ToolChoice("required", null);
    ToolChoice named = new ToolChoice(null, new FunctionName("f"));
    Tool custom = new Tool("custom", null, "{\"custom\":{}}");
    return Stream.of(
        that(r -> r.setToolChoice(required).setParallelToolCalls(true).setExtraBody(TOOLS)),
        that(r -> r.setToolChoice(named).setExtraBody(TOOLS)),
        that(r -> r.setToolChoice(named).setTools(List.of(custom))),
        that(r -> r.setToolChoice(named).setTools(List.of(tool("g"))), "tool_choice.function.name"),
        that(
            r ->
                r.setToolChoice(required)
                    .setTools(List.of(tool("f")))
                    .setExtraBody("{\"tools\":null}"),
            "tool_choice"),
        that(r -> r.setExtraBody("{\"tool_choice\":\"required\"}"), "tool_choice"),
        that(r -> r.setExtraBody("{\"tool_choice\":{\"type\":\"any\"}}"), "tool_choice"),
        that(r -> r.setExtraBody("{\"tool_choice\":\"auto\"}")),
        that(r -> r.setExtraBody("{\"parallel_tool_calls\":false}"), "parallel_tool_calls"),
        that(r -> r.setParallelToolCalls(true).setExtraBody("{\"parallel_tool_calls\":null}")),
        that(r -> r.setFunctions(List.of(function("f"))).setExtraBody(TOOLS), "functions"),
        that(
            r -> r.setTools(List.of(tool("f"))).setExtraBody("{\"function_call\":\"auto\"}"),
            "function_call"),
        that(
            r ->
                r.setFunctionCall(new FunctionCallOption(null, "f"))
                    .setExtraBody("{\"functions\":[{\"name\":\"f\"}]}")),
        that(r -> r.setExtraBody("{\"function_call\":{\"name\":\"f\"}}"), "function_call"),
        that(r -> r.setTools(List.of(new Tool("custom", null, null))), "tools[0]", "tools[0].type"),
        that(r -> r.setTools(List.of(new Tool("custom", function("f"), null))), "tools[0].type"),
        that(r -> r.setTopLogprobs(2).setExtraBody("{\"logprobs\":true}")),
        that(r -> r.setTopLogprobs(2).setExtraBody("{\"logprobs\":5}")),
        that(
            r -> r.setTopLogprobs(2).setLogprobs(true).setExtraBody("{\"logprobs\":false}"),
            "top_logprobs"),
        that(r -> r.setExtraBody("{\"top_logprobs\":2}"), "top_logprobs"),
        that(r -> r.setMaxTokens(1).setExtraBody("{\"max_completion_tokens\":1}"), "max_tokens"),
        that(
            r -> r.setMaxTokens(1).setMaxCompletionTokens(1).setExtraBody("{\"max_tokens\":null}")),
        that(r -> r.setExtraBody("{\"stream_options\":{}}"), "stream_options"),
        that(r -> r.setExtraBody("{\"stream_options\":null}")),
        that(r -> r.setStream(true).setExtraBody("{\"stream_options\":{}}")),
        that(
            r ->
                r.setModalities(List.of("audio"))
                    .setExtraBody("{\"audio\":{\"voice\":{\"id\":\"v\"}}}")),
        that(r -> r.setModalities(List.of("audio")).setExtraBody("{\"audio\":null}"), "audio"),
        that(r -> r.setExtraBody("{\"audio\":{}}"), "audio"),
        that(
            r ->
                r.setAudio(new AudioOutput("v", "wav"))
                    .setExtraBody("{\"modalities\":[\"text\",\"audio\"]}")),
        that(r -> r.setTemperature(3.0).setExtraBody("{\"temperature\":1}")));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void shouldSeeParametersOfTheExtraBody(
      Consumer<CompletionRequest.Builder> bent, List<String> fields) {
    assertThat(strict(bent)).extracting(Violation::getField).containsExactlyElementsOf(fields);
  }

  static Stream<Arguments> messages() {
    String custom = "{\"custom\":{}}";
    return Stream.of(
        that(message(m -> m.setContent(null).setExtra("{\"content\":[\"bare\"]}"))),
        that(message(m -> m.setExtra("{\"content\":null}")), "messages[0].content"),
        that(message(m -> m.setRole("tool").setExtra("{\"tool_call_id\":\"c\"}"))),
        that(message(m -> m.setExtra("{\"tool_calls\":[]}")), "messages[0].tool_calls"),
        that(message(m -> m.setExtra("{\"tool_calls\":null,\"role\":\"user\"}"))),
        that(message(m -> m.setExtra("{\"role\":\"system\"}")), "messages[0].extra.role"),
        that(message(m -> m.setRole("assistant").setContent(null).setExtra("{\"prefix\":true}"))),
        that(
            message(
                m -> m.setRole("assistant").setContent(null).setExtra("{\"role\":\"assistant\"}")),
            "messages[0].content"),
        that(
            message(
                m ->
                    m.setRole("assistant")
                        .setToolCalls(List.of(new ToolCall("c", "custom", null, custom))))),
        that(
            message(
                m ->
                    m.setRole("assistant")
                        .setToolCalls(List.of(new ToolCall("c", "function", null, null)))),
            "messages[0].tool_calls[0]"),
        that(message(m -> m.setContent(List.of(part("video_url", p -> p.setExtra(custom)))))),
        that(
            message(m -> m.setContent(List.of(part("video_url", p -> {})))),
            "messages[0].content[0].type"),
        that(
            message(
                m ->
                    m.setContent(
                        List.of(part("image_url", p -> p.setExtra("{\"image_url\":\"u\"}")))))),
        that(
            message(
                m ->
                    m.setContent(
                        List.of(part("text", p -> p.setText("a").setExtra("{\"file\":{}}"))))),
            "messages[0].content[0].file"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldSeeMembersOfTheExtra(Consumer<CompletionRequest.Builder> bent, List<String> fields) {
    assertThat(strict(bent)).extracting(Violation::getField).containsExactlyElementsOf(fields);
  }

  @Test
  void shouldNeedAFunctionOrAnExtraEverywhere() {
    assertThat(lenient(r -> r.setTools(List.of(new Tool("function", null, null)))))
        .extracting(Violation::getMessage)
        .containsExactly("needs function or extra");
    assertThat(strictMessage(m -> m.setExtra("{}"))).isEmpty();
  }
}
