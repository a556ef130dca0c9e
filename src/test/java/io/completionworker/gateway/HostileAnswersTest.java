// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No wrong success: what is taken for an answer has a message in every choice. */
class HostileAnswersTest {

  private static final String OK = RecordedAnswer.of("ok").body();
  private static final String CHOICE = "{\"message\":{\"content\":\"hi\"}}";

  /** Bodies of status 200 that are no answer. */
  static Stream<String> none() {
    return Stream.of(
        "",
        " ",
        "null",
        "true",
        "0",
        "\"choices\"",
        "[]",
        "[" + OK + "," + OK + "]",
        "[[" + OK + "]]",
        "{}",
        "<html>200 OK</html>",
        OK + OK,
        OK + "x",
        OK + ",",
        OK + "}",
        OK + "\0",
        "x" + OK,
        "\ufeff\ufeff" + OK,
        ")]}',\n" + OK,
        choices("null"),
        choices("{}"),
        choices("[]"),
        choices("\"\""),
        choices("1"),
        choices("[null]"),
        choices("[{}]"),
        choices("[[]]"),
        choices("[\"hi\"]"),
        choices("[{\"message\":null}]"),
        choices("[{\"message\":\"hi\"}]"),
        choices("[{\"message\":[]}]"),
        choices("[{\"message\":1}]"),
        choices("[{\"Message\":{\"content\":\"hi\"}}]"),
        choices("[{\"delta\":{\"content\":\"hi\"}}]"),
        choices("[{\"text\":\"hi\"}]"),
        choices("[" + CHOICE + ",null]"),
        choices("[" + CHOICE + ",{}]"),
        choices("[" + CHOICE + ",[]]"),
        choices("[{\"message\":{\"content\":\"hi\"},\"message\":null}]"),
        "{\"choices\":[" + CHOICE + "],\"choices\":[]}",
        "{\"choices\":[" + CHOICE + "],\"choices\":null}",
        "{\"Choices\":[" + CHOICE + "]}",
        "{\"response\":{\"choices\":[" + CHOICE + "]}}",
        "{\"error\":{\"message\":\"overloaded\",\"choices\":[" + CHOICE + "]}}",
        with("\"a\":'b'"),
        with("a:1"),
        with("\"a\":undefined"),
        with("/* a */\"a\":1"),
        with("\"a\":" + "[".repeat(10_000) + "]".repeat(10_000)),
        with("\"a\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)),
        with("\"a\":" + "[".repeat(500_000)),
        with("\"error\":{\"message\":\"overloaded\"}"),
        with("\"error\":\"overloaded\""),
        choices("[{\"message\":{\"content\":\"hi\"},\"error\":{\"code\":\"x\"}}]"),
        choices("[{\"message\":{\"content\":\"hi\",\"error\":\"x\"}}]"),
        choices("[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"error\"}]"));
  }

  /** No parser of strict JSON takes these; all of them were paid for. */
  static Stream<String> odd() {
    return Stream.of(
        with("\"a\":NaN"),
        with("\"a\":1,"),
        with("\"a\":\"\\x41\""),
        with("\"a\":-Infinity"),
        with("\"a\":+1"),
        with("\"a\":01"),
        with("\"a\":.5"),
        with("\"a\":5."),
        with("\"a\":\"\n\""),
        with("\"a\":" + "9".repeat(100_000)),
        with("\"a\":0." + "9".repeat(100_000)),
        with("\"" + "a".repeat(100_000) + "\":1"),
        "\ufeff" + OK,
        "\r\n \n" + OK,
        "[" + OK + "]");
  }

  @ParameterizedTest
  @MethodSource("odd")
  void shouldReadWhatIsOddButAnAnswer(String body) throws IOException {
    Answer answer = answer(body);

    assertThat(answer.choices()).hasSize(1);
    assertThat(answer.body().strip()).startsWith("{").endsWith("}");
  }

  @ParameterizedTest
  @MethodSource("none")
  void shouldNotTakeForAnAnswerWhatIsNone(String body) throws IOException {
    invalid(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldNotTakeTheBeginningOfAnAnswerForOne() throws IOException {
    byte[] whole = OK.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      invalid(Arrays.copyOf(whole, length));
    }
    assertThat(result(200, whole)).isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldReplaceWhatIsNoUtf8() throws IOException {
    for (int[] bytes : new int[][] {{0xff}, {0xc3, 0x28}, {0xe2, 0x82}, {0xf8, 0x88, 0x80, 0x80}}) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.writeBytes(
          "{\"choices\":[{\"message\":{\"content\":\"".getBytes(StandardCharsets.UTF_8));
      Arrays.stream(bytes).forEach(body::write);
      body.writeBytes("\"}}]}".getBytes(StandardCharsets.UTF_8));

      AttemptResult result = result(200, body.toByteArray());

      assertThat(result).isInstanceOf(AttemptResult.Answered.class);
      assertThat(((AttemptResult.Answered) result).answer().choices().get(0).getMessage())
          .extracting(message -> message.getContent())
          .asString()
          .contains("\ufffd");
    }
  }

  /** A field of another type is taken as absent; the answer was paid for and has its message. */
  @ParameterizedTest
  @ValueSource(
      strings = {"null", "true", "[]", "{}", "[{}]", "-1", "1e400", "\"x\"", "99999999999"})
  void shouldTakeAnAnswerWithOddFieldsAndNoMoreThanItSays(String odd) throws IOException {
    for (String field :
        new String[] {
          "id", "created", "model", "object", "usage", "system_fingerprint", "service_tier"
        }) {
      answer(with("\"" + field + "\":" + odd));
    }
    for (String field :
        new String[] {"role", "content", "refusal", "tool_calls", "function_call", "audio"}) {
      answer(choices("[{\"message\":{\"" + field + "\":" + odd + "}}]"));
    }
    for (String field : new String[] {"index", "finish_reason", "logprobs"}) {
      answer(choices("[{\"" + field + "\":" + odd + ",\"message\":{\"content\":\"hi\"}}]"));
    }
    for (String field : new String[] {"prompt_tokens", "total_tokens", "prompt_tokens_details"}) {
      answer(with("\"usage\":{\"completion_tokens\":1,\"" + field + "\":" + odd + "}"));
    }
  }

  @Test
  void shouldTakeNumbersBelowZeroForNoCounts() throws IOException {
    String usage = "\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":%s}";

    assertThat(answer(with(usage.formatted("-1e99"))).usage()).isNull();
    assertThat(answer(with(usage.formatted("4"))).usage())
        .isNotNull()
        .satisfies(
            counts -> {
              assertThat(counts.getPromptTokens()).isZero();
              assertThat(counts.getCompletionTokens()).isEqualTo(4);
            });
  }

  @Test
  void shouldTakeTheLastOfEqualNames() throws IOException {
    Answer answer =
        answer("{\"choices\":[],\"id\":\"a\",\"id\":\"b\",\"choices\":[" + CHOICE + "]}");

    assertThat(answer.id()).isEqualTo("b");
    assertThat(answer.choices()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/html", "application/octet-stream", "", "application/json; charset=x"})
  void shouldGoByTheBodyAndNotByItsContentType(String type) throws IOException {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("content-type", type);
    byte[] ok = OK.getBytes(StandardCharsets.UTF_8);
    byte[] html = "<html></html>".getBytes(StandardCharsets.UTF_8);

    assertThat(Verdict.of(200, headers, ok)).isInstanceOf(AttemptResult.Answered.class);
    assertThat(Verdict.of(200, headers, html)).isInstanceOf(AttemptResult.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101, 204, 300, 304, 400, 418, 429, 451, 499, 500, 502, 599, 600, 999})
  void shouldTakeNoAnswerUnderAStatusThatIsNoSuccess(int status) throws IOException {
    String body = status == 204 ? "" : OK;

    assertThat(result(status, body.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(AttemptResult.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"x\"",
        "{\"error\":null}",
        "{\"error\":{\"message\":{}}}",
        "{\"error\":[[[[",
        "<html>",
        "{\"error\":{\"code\":1e999,\"type\":[],\"param\":{}}}"
      })
  void shouldSaySomethingOfEveryErrorBody(String body) throws IOException {
    for (int status : new int[] {400, 401, 412, 429, 500}) {
      result(status, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String choices(String json) {
    return "{\"id\":\"c\",\"choices\":" + json + "}";
  }

  private static String with(String member) {
    return "{\"choices\":[" + CHOICE + "]," + member + "}";
  }

  private static Answer answer(String body) throws IOException {
    return ((AttemptResult.Answered) result(200, body.getBytes(StandardCharsets.UTF_8))).answer();
  }

  private static void invalid(byte[] body) throws IOException {
    AttemptError error = ((AttemptResult.Rejected) result(200, body)).error();
    assertThat(error.reason()).isEqualTo(FailureReason.INVALID_RESPONSE);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
  }

  private static AttemptResult result(int status, byte[] body) throws IOException {
    AttemptResult result = Verdict.of(status, MultiMap.caseInsensitiveMultiMap(), body);
    Verdict.check(result, status, body);
    return result;
  }
}
