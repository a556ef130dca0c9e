// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import static io.completionworker.validation.Requests.message;
import static io.completionworker.validation.Requests.part;
import static io.completionworker.validation.Requests.strict;
import static io.completionworker.validation.Requests.strictMessage;
import static io.completionworker.validation.Requests.text;
import static io.completionworker.validation.Requests.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.completionworker.avro.AudioReference;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.InputAudio;
import io.completionworker.avro.Message;
import io.completionworker.avro.Violation;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRulesTest {

  private static final ContentPart IMAGE =
      part("image_url", p -> p.setImageUrl(new ImageUrl("https://example.org/a.png", "low")));
  private static final ContentPart AUDIO =
      part("input_audio", p -> p.setInputAudio(new InputAudio("AAAA", "wav")));
  private static final ContentPart FILE =
      part("file", p -> p.setFile(new FilePart("file-1", null, null)));
  private static final ContentPart REFUSAL = part("refusal", p -> p.setRefusal("No."));

  private static Arguments that(String why, Consumer<Message.Builder> bent) {
    return arguments(why, bent);
  }

  private static Arguments that(String why, String field, Consumer<Message.Builder> bent) {
    return arguments(why, field, bent);
  }

  static Stream<Arguments> validMessages() {
    return Stream.of(
        that("developer", m -> m.setRole("developer").setContent(List.of(text("a")))),
        that("system", m -> m.setRole("system").setContent("a")),
        that("user with all kinds", m -> m.setContent(List.of(text("a"), IMAGE, AUDIO, FILE))),
        that("empty text", m -> m.setContent("")),
        that(
            "assistant with parts",
            m -> m.setRole("assistant").setContent(List.of(text("a"), REFUSAL))),
        that("assistant with calls", m -> bare(m).setToolCalls(List.of(toolCall("c", "f")))),
        that("assistant with call", m -> bare(m).setFunctionCall(new FunctionCall("f", "{"))),
        that("assistant with audio", m -> bare(m).setAudio(new AudioReference("a-1"))),
        that("assistant with refusal", m -> bare(m).setRefusal("No.")),
        that("tool", m -> m.setRole("tool").setToolCallId("c")),
        that("function", m -> m.setRole("function").setName("f")));
  }

  private static Message.Builder bare(Message.Builder message) {
    return message.setRole("assistant").setContent(null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("validMessages")
  void shouldTakeWhatARoleMayCarry(String why, Consumer<Message.Builder> bent) {
    assertThat(strictMessage(bent)).as(why).isEmpty();
  }

  static Stream<Arguments> invalidMessages() {
    return Stream.of(
        that("unknown role", ".role", m -> m.setRole("robot")),
        that("role in capitals", ".role", m -> m.setRole("User")),
        that("no content", ".content", m -> m.setContent(null)),
        that("assistant without anything", ".content", m -> bare(m)),
        that("no parts", ".content", m -> m.setContent(List.of())),
        that("tool without id", ".tool_call_id", m -> m.setRole("tool")),
        that("id without tool", ".tool_call_id", m -> m.setToolCallId("c")),
        that("function without name", ".name", m -> m.setRole("function")),
        that(
            "function with parts",
            ".content",
            m -> m.setRole("function").setName("f").setContent(List.of(text("a")))),
        that("calls of a user", ".tool_calls", m -> m.setToolCalls(List.of(toolCall("c", "f")))),
        that(
            "call of a user",
            ".function_call",
            m -> m.setFunctionCall(new FunctionCall("f", "{}"))),
        that("empty calls", ".tool_calls", m -> bare(m).setToolCalls(List.of())),
        that(
            "call without id",
            ".tool_calls[0].id",
            m -> bare(m).setToolCalls(List.of(toolCall("", "f")))),
        that(
            "call without name",
            ".tool_calls[1].function.name",
            m -> bare(m).setToolCalls(List.of(toolCall("c", "f"), toolCall("d", "")))),
        that("refusal of a user", ".content[0].type", m -> m.setContent(List.of(REFUSAL))),
        that(
            "image of a system",
            ".content[1].type",
            m -> m.setRole("system").setContent(List.of(text("a"), IMAGE))),
        that(
            "unknown part",
            ".content[0].type",
            m -> m.setContent(List.of(part("video", p -> p.setText("a"))))),
        that(
            "part without its field",
            ".content[0].text",
            m -> m.setContent(List.of(part("text", p -> {})))),
        that(
            "part with a strange field",
            ".content[0].refusal",
            m -> m.setContent(List.of(part("text", p -> p.setText("a").setRefusal("b"))))),
        that(
            "blank url",
            ".content[0].image_url.url",
            m ->
                m.setContent(
                    List.of(part("image_url", p -> p.setImageUrl(new ImageUrl("", null)))))),
        that(
            "detail",
            ".content[0].image_url.detail",
            m ->
                m.setContent(
                    List.of(part("image_url", p -> p.setImageUrl(new ImageUrl("u", "huge")))))),
        that(
            "audio format",
            ".content[0].input_audio.format",
            m ->
                m.setContent(
                    List.of(
                        part("input_audio", p -> p.setInputAudio(new InputAudio("AA", "ogg")))))),
        that(
            "audio data",
            ".content[0].input_audio.data",
            m ->
                m.setContent(
                    List.of(part("input_audio", p -> p.setInputAudio(new InputAudio("", "wav")))))),
        that(
            "empty file",
            ".content[0].file",
            m ->
                m.setContent(
                    List.of(part("file", p -> p.setFile(new FilePart(null, "a.pdf", null)))))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalidMessages")
  void shouldNameTheFieldThatIsWrong(String why, String field, Consumer<Message.Builder> bent) {
    assertThat(strictMessage(bent))
        .as(why)
        .extracting("field")
        .containsExactly("messages[0]" + field);
  }

  @Test
  void shouldNeedAMessage() {
    assertThat(strict(r -> r.setMessages(List.of())))
        .extracting("field")
        .containsExactly("messages");
  }

  @Test
  void shouldCountMessagesFromZero() {
    assertThat(
            strict(
                r ->
                    r.setMessages(
                        List.of(message("user", "a"), message("user", "b"), message("x", "c")))))
        .extracting("field")
        .containsExactly("messages[2].role");
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "robot", "tool", "assistant"})
  void shouldNeverQuoteAPrompt(String role) {
    List<Violation> violations =
        strict(
            r ->
                r.setMessages(
                        List.of(
                            message(role, List.of(part("video", p -> p.setText("my secret")))),
                            message("nobody", "my secret")))
                    .setStop(List.of("my secret", "")));

    assertThat(violations).hasSizeGreaterThan(2);
    assertThat(violations.toString()).doesNotContain("my secret");
  }
}
