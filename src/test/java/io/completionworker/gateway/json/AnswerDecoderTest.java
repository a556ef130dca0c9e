// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.Choice;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.avro.TokenUsage;
import io.completionworker.avro.ToolCall;
import io.completionworker.completion.Answer;
import io.completionworker.gateway.json.AnswerDecoder.InvalidAnswerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerDecoderTest {

  private static final int MAX_BYTES = 1 << 20;
  private static final GatewayDetails DETAILS =
      new GatewayDetails(200, null, null, null, null, null, null, false);

  private static final String EVERYTHING =
      """
      {"id": "c-1", "object": "chat.completion", "created": 1700000000, "model": "gpt",
       "system_fingerprint": "fp", "service_tier": "flex", "unknown": {"deep": [{"er": 1}]},
       "choices": [{"index": 1, "finish_reason": "tool_calls", "message": {
           "role": "assistant", "content": "Grüße", "refusal": "No", "extra": [1, 2],
           "tool_calls": [{"id": "t1", "type": "function",
                           "function": {"name": "sum", "arguments": "{}"}}],
           "function_call": {"name": "old", "arguments": "x"},
           "annotations": [{"type": "url_citation", "url_citation": {
               "start_index": 1, "end_index": 2, "url": "https://example.org", "title": "T"}}],
           "audio": {"id": "a1", "data": "AAAA", "expires_at": 5, "transcript": "hm"},
           "reasoning_content": "because"},
         "logprobs": {"content": [{"token": "G", "logprob": -0.5, "bytes": [71],
             "top_logprobs": [{"token": "H", "logprob": -1, "bytes": null}]}], "refusal": null}}],
       "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12,
         "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 2, "text_tokens": 3,
           "image_tokens": 4, "cache_write_tokens": 5},
         "completion_tokens_details": {"reasoning_tokens": 1, "audio_tokens": 2, "text_tokens": 3,
           "image_tokens": 6, "accepted_prediction_tokens": 4, "rejected_prediction_tokens": 5}}}
      """;

  private final AnswerJson json = new AnswerJson(MAX_BYTES);

  @Test
  void shouldReadEveryField() throws InvalidAnswerException {
    Answer answer = decode(EVERYTHING);

    assertThat(answer.id()).isEqualTo("c-1");
    assertThat(answer.created()).isEqualTo(1700000000);
    assertThat(answer.model()).isEqualTo("gpt");
    assertThat(answer.systemFingerprint()).isEqualTo("fp");
    assertThat(answer.serviceTier()).isEqualTo("flex");
    assertThat(answer.gateway()).isSameAs(DETAILS);
    assertThat(answer.body()).isEqualTo(EVERYTHING);
    assertThat(answer.usage()).hasToString(sameJson(usage()));
    assertThat(answer.choices()).hasSize(1);
    assertThat(answer.choices().get(0)).hasToString(sameJson(choice()));
  }

  @Test
  void shouldFillInWhatTheApiPromisesAndSomeServersLeaveOut() throws InvalidAnswerException {
    Answer answer = decode("{\"choices\":[{\"message\":{}},{\"message\":{\"content\":\"b\"}}]}");

    assertThat(answer.id()).isEmpty();
    assertThat(answer.model()).isEmpty();
    assertThat(answer.created()).isZero();
    assertThat(answer.usage()).isNull();
    assertThat(answer.choices()).extracting(Choice::getIndex).containsExactly(0, 1);
    assertThat(answer.choices().get(0).getMessage().getRole()).isEqualTo("assistant");
  }

  @Test
  void shouldConvertWhatHasAClearMeaningAndTakeTheRestAsAbsent() throws InvalidAnswerException {
    Answer answer =
        decode(
            """
            {"id": 7, "created": "1700000000", "model": ["m"], "system_fingerprint": {},
             "usage": [1], "service_tier": false,
             "choices": [{"index": "x", "finish_reason": 3, "logprobs": "many", "message": {
                "role": true, "content": [{"type": "text"}],
                "tool_calls": {"id": 1, "function": {"name": "f", "arguments": {"a": [1]}}},
                "annotations": [1, {"type": 2, "url_citation": "u"}], "audio": 0}}]}
            """);

    ResponseMessage message = answer.choices().get(0).getMessage();
    assertThat(answer.id()).isEqualTo("7");
    assertThat(answer.created()).isEqualTo(1_700_000_000);
    assertThat(answer.model()).isEmpty();
    assertThat(answer.usage()).isNull();
    assertThat(message.getRole()).isEqualTo("assistant");
    assertThat(message.getContent()).isNull();
    assertThat(message.getToolCalls())
        .containsExactly(new ToolCall("1", "function", new FunctionCall("f", "{\"a\":[1]}"), null));
    assertThat(message.getAudio()).isNull();
    assertThat(message.getAnnotations()).hasSize(1);
    assertThat(answer.choices().get(0).getFinishReason()).isNull();
    assertThat(answer.choices().get(0).getLogprobs()).isNull();
  }

  @Test
  void shouldKeepNumbersWithinTheirRange() throws InvalidAnswerException {
    Answer answer =
        decode(
            """
            {"created": 1.7e9, "choices": [{"index": 99999999999, "message": {},
               "logprobs": {"content": [{"token": "a", "logprob": -1e999}]}}],
             "usage": {"prompt_tokens": 99999999999999999999999, "completion_tokens": 3}}
            """);

    assertThat(answer.created()).isEqualTo(1_700_000_000L);
    assertThat(answer.choices().get(0).getIndex()).isEqualTo(Integer.MAX_VALUE);
    assertThat(answer.choices().get(0).getLogprobs().getContent().get(0).getLogprob())
        .isEqualTo(-Double.MAX_VALUE);
    assertThat(answer.usage())
        .as("what no model can have used is no count")
        .isEqualTo(new TokenUsage(0L, 3L, 3L, null, null));
  }

  @Test
  void shouldAddUpATotalThatIsMissing() throws InvalidAnswerException {
    String body =
        """
        {"choices": [{"message": {}}], "usage": {"prompt_tokens": 2, "completion_tokens": 3}}""";

    assertThat(decode(body).usage()).isEqualTo(new TokenUsage(2L, 3L, 5L, null, null));
  }

  @Test
  void shouldLetTheLastOfEqualNamesCount() throws InvalidAnswerException {
    String body =
        """
        {"choices": 1, "model": "a", "choices": [{"message": {"content": "x"}}], "model": "b"}""";

    assertThat(decode(body).model()).isEqualTo("b");
    assertThat(decode(body).choices()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"text\"",
        "<html>",
        "{}",
        "{\"choices\":null}",
        "{\"choices\":{}}",
        "{\"choices\":[]}",
        "{\"choices\":[1]}",
        "{\"choices\":[{}]}",
        "{\"choices\":[{\"message\":null}]}",
        "{\"choices\":[{\"message\":\"text\"}]}",
        "{\"choices\":[{\"message\":{}},{}]}",
        "{\"choices\":[{\"message\":{}}],\"choices\":[]}",
        "{\"choices\":[{\"message\":{}}]} {}",
        "{\"choices\":[{\"message\":{}}]",
        "{\"html-message\":\"Network connection lost.\"}",
        "{\"error\":{\"message\":\"no\"}}",
        "data: {\"choices\":[{\"message\":{}}]}",
      })
  void shouldNotTakeForAnAnswerWhatIsNone(String body) {
    assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(() -> decode(body));
  }

  @Test
  void shouldNotTakeAnyBeginningOfAnAnswerForTheWhole() {
    byte[] whole = EVERYTHING.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(InvalidAnswerException.class).isThrownBy(() -> decode(part));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "{\"choices\":[{\"message\":", "{\"usage\":[["})
  void shouldRefuseNestingWithoutEnd(String opening) {
    assertThatExceptionOfType(InvalidAnswerException.class)
        .isThrownBy(() -> decode("{\"x\":" + opening.repeat(50_000)));
  }

  @Test
  void shouldNotQuoteTheAnswerInAFault() {
    assertThatExceptionOfType(InvalidAnswerException.class)
        .isThrownBy(() -> decode("{\"choices\": private words}"))
        .withMessageNotContaining("private");
  }

  @Test
  void shouldReplaceBytesThatAreNoText() throws InvalidAnswerException {
    byte[] body =
        "{\"choices\":[{\"message\":{\"content\":\"?\"}}]}".getBytes(StandardCharsets.UTF_8);
    body[body.length - 6] = (byte) 0xff;

    assertThat(decode(body).choices().get(0).getMessage().getContent()).isEqualTo("\ufffd");
    assertThat(decode(body).body()).contains("\ufffd");
  }

  @Test
  void shouldReadALongText() throws InvalidAnswerException {
    String text = "x".repeat(MAX_BYTES - 1000);

    assertThat(decode("{\"choices\":[{\"message\":{\"content\":\"" + text + "\"}}]}").choices())
        .extracting(choice -> choice.getMessage().getContent())
        .isEqualTo(List.of(text));
  }

  private Answer decode(String body) throws InvalidAnswerException {
    return decode(body.getBytes(StandardCharsets.UTF_8));
  }

  private Answer decode(byte[] body) throws InvalidAnswerException {
    AnswerJson.Document read = json.read(body);
    ObjectNode answer = read.object();
    if (answer == null) {
      throw new InvalidAnswerException("no object: " + read.fault());
    }
    return AnswerDecoder.decode(answer, read.text(), DETAILS);
  }

  /** Avro prints records as JSON on one line. */
  private static String sameJson(String json) {
    return json.replace("\n", "").strip();
  }

  private static String usage() {
    return """
        {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12, \
        "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 2, "text_tokens": 3, \
        "image_tokens": 4, "cache_write_tokens": 5, "cache_write_1h_tokens": null}, \
        "completion_tokens_details": {"reasoning_tokens": 1, "audio_tokens": 2, "text_tokens": 3, \
        "image_tokens": 6, "accepted_prediction_tokens": 4, "rejected_prediction_tokens": 5}}""";
  }

  private static String choice() {
    return """
        {"index": 1, "message": {"role": "assistant", "content": "Grüße", "refusal": "No", \
        "tool_calls": [{"id": "t1", "type": "function", "function": {"name": "sum", \
        "arguments": "{}"}, "extra": null}], "function_call": {"name": "old", "arguments": "x"}, \
        "annotations": [{"type": "url_citation", "url_citation": {"start_index": 1, \
        "end_index": 2, "url": "https://example.org", "title": "T"}}], \
        "audio": {"id": "a1", "data": "AAAA", "expires_at": 5, "transcript": "hm"}, \
        "reasoning_content": "because"}, "finish_reason": "tool_calls", \
        "logprobs": {"content": [{"token": "G", "logprob": -0.5, "bytes": [71], \
        "top_logprobs": [{"token": "H", "logprob": -1.0, "bytes": null}]}], "refusal": null}}""";
  }
}
