// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static io.completionworker.tokens.Requests.message;
import static io.completionworker.tokens.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.AudioReference;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Message;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import io.completionworker.tokens.PromptTokens.ModelFamily;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Here every character is a token, so that sums can be read. */
class PromptTokensTest {

  private static final long EMPTY = 3 + 4;

  private static long tokens(CompletionRequest request) {
    return new PromptTokens(new TextCounter(String::length), ModelFamily.of("gpt-4o").images())
        .of(request);
  }

  private static long messageTokens(Consumer<Message.Builder> with) {
    Message.Builder message = Message.newBuilder().setRole("assistant");
    with.accept(message);
    return tokens(Requests.of("gpt-4o", message.build())) - EMPTY;
  }

  private static FunctionDefinition function(String name) {
    return new FunctionDefinition(name, "does", "{}", null, null);
  }

  @Test
  void shouldCountWhatStandsAroundMessagesAndTheReply() {
    assertThat(tokens(request().build())).isEqualTo(EMPTY);
    assertThat(tokens(Requests.of("gpt-4o", message("user", "abc"), message("tool", "de"))))
        .isEqualTo(3 + 4 + 3 + 4 + 2);
    assertThat(tokens(Requests.of("gpt-4o"))).isEqualTo(3);
  }

  @Test
  void shouldCountAllThatAMessageCarries() {
    assertThat(messageTokens(m -> m.setName("ann"))).isEqualTo(1 + 3);
    assertThat(messageTokens(m -> m.setRefusal("no"))).isEqualTo(2);
    assertThat(messageTokens(m -> m.setAudio(new AudioReference("id")))).isEqualTo(200);
    assertThat(messageTokens(m -> m.setFunctionCall(new FunctionCall("f", "{}"))))
        .isEqualTo(7 + 1 + 2);
    ToolCall call = new ToolCall("id", "function", new FunctionCall("sum", "[1]"), null);
    assertThat(messageTokens(m -> m.setToolCalls(List.of(call, call)))).isEqualTo(2 * (7 + 3 + 3));
  }

  @Test
  void shouldCountPartsOfText() {
    ContentPart text = ContentPart.newBuilder().setType("text").setText("abc").build();
    ContentPart refusal = ContentPart.newBuilder().setType("refusal").setRefusal("no").build();

    assertThat(messageTokens(m -> m.setContent(List.of(text, refusal, text)))).isEqualTo(8);
    assertThat(messageTokens(m -> m.setContent(List.of()))).isZero();
  }

  @Test
  void shouldCountDefinitionsOfFunctions() {
    List<Tool> tools =
        List.of(
            new Tool("function", function("a"), null), new Tool("function", function("b"), null));
    long one = 7 + 1 + 4 + 2;

    assertThat(tokens(request().setTools(tools).build())).isEqualTo(EMPTY + 2 * one + 12);
    assertThat(tokens(request().setFunctions(List.of(function("c"))).build()))
        .isEqualTo(EMPTY + one + 12);
    assertThat(tokens(request().setTools(List.of()).build())).isEqualTo(EMPTY);
  }

  @Test
  void shouldCountAChosenFunction() {
    ToolChoice chosen = new ToolChoice(null, new FunctionName("sum"));

    assertThat(tokens(request().setToolChoice(chosen).build())).isEqualTo(EMPTY + 3);
    assertThat(tokens(request().setToolChoice(new ToolChoice("auto", null)).build()))
        .isEqualTo(EMPTY);
    assertThat(tokens(request().setFunctionCall(new FunctionCallOption(null, "old")).build()))
        .isEqualTo(EMPTY + 3);
  }

  @Test
  void shouldCountTheFormatAndThePrediction() {
    JsonSchemaFormat schema = new JsonSchemaFormat("p", "two", "{}", true);
    ContentPart part = ContentPart.newBuilder().setType("text").setText("abc").build();

    assertThat(
            tokens(request().setResponseFormat(new ResponseFormat("json_schema", schema)).build()))
        .isEqualTo(EMPTY + 1 + 3 + 2);
    assertThat(tokens(request().setResponseFormat(new ResponseFormat("text", null)).build()))
        .isEqualTo(EMPTY);
    assertThat(tokens(request().setPrediction(new Prediction("content", "abcd")).build()))
        .isEqualTo(EMPTY + 4);
    assertThat(tokens(request().setPrediction(new Prediction("content", List.of(part))).build()))
        .isEqualTo(EMPTY + 3);
  }

  @Test
  void shouldCountToolsThatAreNoFunctionsByWhatTheySay() {
    String extra = "{\"custom\":{}}";

    assertThat(tokens(request().setTools(List.of(new Tool("custom", null, extra))).build()))
        .isEqualTo(EMPTY + 7 + 4 + 12);
    assertThat(messageTokens(m -> m.setToolCalls(List.of(new ToolCall("i", "x", null, extra)))))
        .isEqualTo(7 + 4);
  }

  @Test
  void shouldCountTheExtraBodyByItsSize() {
    assertThat(tokens(request().setExtraBody("{\"top_k\":4}").build())).isEqualTo(EMPTY + 3);
    assertThat(messageTokens(m -> m.setExtra("{\"top_k\":4}"))).isEqualTo(3);
  }
}
