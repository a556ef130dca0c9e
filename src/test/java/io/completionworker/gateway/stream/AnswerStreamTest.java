package io.completionworker.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.ChunkDelta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerStreamTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DONE = "[DONE]";
  private static final String STOP = choice(0, "{}", "\"stop\"");

  @Test
  void shouldWriteTheAnswerAsItWouldHaveComeInOnePiece() throws IOException {
    StreamReading reading = StreamReading.of(1, StreamReading.recorded("stream-usage"));

    assertThat(JSON.readTree(reading.body()))
        .isEqualTo(
            JSON.readTree(
                """
                {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000,
                 "model": "ok", "system_fingerprint": "fp_1",
                 "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop",
                   "message": {"role": "assistant", "content": "Hello there.", "refusal": null}}],
                 "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12,
                   "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
                   "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
                     "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}}}
                """));
  }

  @Test
  void shouldPassOnWhatComesAsItComes() {
    StreamReading reading = StreamReading.of(1, StreamReading.recorded("stream-usage"));

    assertThat(reading.deltas()).hasSize(6);
    assertThat(reading.deltas().subList(0, 5))
        .flatExtracting(ChunkDelta::choices)
        .extracting(ChoiceDelta::getContent)
        .containsExactly("", "Hello", " there", ".", null);
    ChunkDelta last = reading.deltas().get(5);
    assertThat(last.choices()).isEmpty();
    assertThat(last.usage()).isNotNull().extracting(TokenUsage::getTotalTokens).isEqualTo(12L);
    assertThat(last.id()).isEqualTo("chatcmpl-1");
    assertThat(last.model()).isEqualTo("ok");
    assertThat(last.created()).isEqualTo(1_700_000_000L);
    assertThat(last.receivedAt()).isPositive();
    assertThat(last.bytes()).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream-usage", "stream-no-usage", "stream-cut"})
  void shouldTakeNoTruncationForAnAnswer(String name) {
    byte[] stream = StreamReading.recorded(name);
    String text = new String(stream, StandardCharsets.UTF_8);
    int whole = text.contains(DONE) ? text.indexOf(DONE) + DONE.length() + 2 : Integer.MAX_VALUE;
    for (int length = 0; length <= stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      for (int packet : new int[] {1, 7, Math.max(1, length)}) {
        StreamReading reading = StreamReading.of(1, StreamReading.MAX_BYTES, cut, packet);
        if (length >= whole) {
          assertThat(reading.body()).contains("\"Hello there.\"");
        } else {
          assertThat(reading.end())
              .as("%d bytes of %s", length, name)
              .isInstanceOf(StreamEnd.CutOff.class);
        }
      }
    }
  }

  @Test
  void shouldKeepChoicesApart() throws IOException {
    JsonNode body =
        answer(
            choice(1, "{\"content\":\"b\"}", "null"),
            choice(0, "{\"content\":\"a\"}", "null"),
            choice(1, "{\"content\":\"B\"}", "\"length\""),
            choice(0, "{\"content\":\"A\"}", "\"stop\""),
            DONE);

    assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("aA");
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(body.at("/choices/1/message/content").asText()).isEqualTo("bB");
    assertThat(body.at("/choices/1/index").asInt()).isEqualTo(1);
  }

  @Test
  void shouldPutToolCallsTogetherByTheirIndex() throws IOException {
    JsonNode body =
        answer(
            tool(
                "{\"index\":1,\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}"),
            tool(
                "{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
            tool("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}"),
            tool("{\"index\":1,\"id\":\"c2\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}"),
            tool("{\"index\":0,\"id\":\"\",\"function\":{\"name\":null,\"arguments\":\"1}\"}}"),
            tool("{\"index\":0,\"id\":\"c3\",\"function\":{\"name\":\"h\",\"arguments\":\"{}\"}}"),
            choice(0, "{}", "\"tool_calls\""),
            DONE);

    assertThat(body.at("/choices/0/message/tool_calls"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"id": "c1", "type": "function",
                  "function": {"name": "f", "arguments": "{\\"a\\":1}"}},
                 {"id": "c3", "type": "function", "function": {"name": "h", "arguments": "{}"}},
                 {"id": "c2", "type": "function", "function": {"name": "g", "arguments": "{}"}}]
                """));
  }

  @Test
  void shouldPutTogetherAllElseThatAMessageMayHave() throws IOException {
    String logprob = "{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":[]}";
    JsonNode body =
        answer(
            choice(
                0,
                "{\"refusal\":\"No\",\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"},"
                    + "\"audio\":{\"id\":\"au\",\"data\":\"AA\",\"transcript\":\"x\"},"
                    + "\"reasoning_content\":\"hm\",\"annotations\":[]}",
                "null,\"logprobs\":{\"content\":[" + logprob + "],\"refusal\":null}"),
            choice(
                0,
                "{\"refusal\":\".\",\"function_call\":{\"arguments\":\"}\"},"
                    + "\"audio\":{\"data\":\"BB\",\"transcript\":\"y\",\"expires_at\":7},"
                    + "\"reasoning_content\":\"m\",\"annotations\":[{\"type\":\"t\"}, {\"type\":\"u\"}]}",
                "\"stop\",\"logprobs\":{\"content\":[" + logprob + "," + logprob + "]}"),
            DONE);

    assertThat(body.at("/choices/0/message"))
        .isEqualTo(
            JSON.readTree(
                """
                {"role": "assistant", "content": null, "refusal": "No.",
                 "reasoning_content": "hmm", "function_call": {"name": "f", "arguments": "{}"},
                 "annotations": [{"type": "t"}, {"type": "u"}],
                 "audio": {"id": "au", "data": "AABB", "expires_at": 7, "transcript": "xy"}}
                """));
    assertThat(body.at("/choices/0/logprobs"))
        .isEqualTo(
            JSON.readTree(
                "{\"refusal\":null,\"content\":["
                    + String.join(",", logprob, logprob, logprob)
                    + "]}"));
  }

  @Test
  void shouldTakeTheLastUsageAndKeepWhatTheProviderAdded() throws IOException {
    JsonNode body =
        answer(
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}",
            STOP,
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":9, \"completion_tokens\":3,\"cost\":0.10}}",
            "{\"choices\":[],\"usage\":null}",
            DONE);

    assertThat(body.path("usage").toString())
        .isEqualTo("{\"prompt_tokens\":9,\"completion_tokens\":3,\"cost\":0.1}");
  }

  @Test
  void shouldPutHalvesOfACharacterTogether() throws IOException {
    JsonNode body =
        answer(
            choice(0, "{\"content\":\"\\ud83d\"}", "null"),
            choice(0, "{\"content\":\"\\ude00\"}", "\"stop\""),
            DONE);

    assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("\ud83d\ude00");
  }

  @Test
  void shouldMissWhatDidNotCome() {
    assertCutOff("choice 0 has no finish_reason", choice(0, "{\"content\":\"a\"}", "null"), DONE);
    assertCutOff("choice 0 has no finish_reason", choice(0, "{}", "\"\""), DONE);
    assertCutOff("choice 1 has no finish_reason", STOP, choice(1, "{}", "null"), DONE);
    assertCutOff("no [DONE] came", STOP);
    assertCutOff("there is no choice", DONE);
    assertCutOff("there is no choice", "{\"choices\":[]}", "{}", "{\"choices\":null}", DONE);
    assertCutOff("no [DONE] came, and there is no choice");
  }

  @Test
  void shouldTakeFewerChoicesThanWereAskedForOnlyFromAStreamThatSaysItIsDone() {
    byte[] open = ("data: " + STOP + "\n\n").getBytes(StandardCharsets.UTF_8);
    byte[] done = ("data: " + STOP + "\n\ndata: [DONE]\n\n").getBytes(StandardCharsets.UTF_8);

    assertThat(StreamReading.of(2, open).end())
        .isEqualTo(new StreamEnd.CutOff("no [DONE] came, and there are 1 choices of 2"));
    assertThat(StreamReading.of(2, done).end()).isInstanceOf(StreamEnd.Complete.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"x\"}}",
        "{\"choices\":7,\"error\":\"x\"}",
        "{\"choices\":[],\"error\":{}}"
      })
  void shouldEndWithAnError(String event) {
    assertThat(StreamReading.of(STOP, event, DONE).end()).isInstanceOf(StreamEnd.Failed.class);
  }

  @Test
  void shouldEndWithAnEventOfThatName() {
    byte[] stream = "event: error\ndata: no JSON\n\n".getBytes(StandardCharsets.UTF_8);

    assertThat(StreamReading.of(1, stream).end()).isInstanceOf(StreamEnd.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hello",
        "{",
        "[]",
        "7",
        "{} {}",
        "{\"choices\":7}",
        "{\"choices\":[7]}",
        "{\"choices\":[{\"delta\":\"x\"}]}",
        "{\"choices\":[{\"index\":0}"
      })
  void shouldNotPassOverAnEventThatCannotBeRead(String event) {
    assertThat(StreamReading.of(event, STOP, DONE).end()).isInstanceOf(StreamEnd.Unreadable.class);
  }

  @Test
  void shouldTakeOddFieldsAsAbsent() throws IOException {
    JsonNode body =
        answer(
            "{\"id\":7,\"created\":\"x\",\"error\":null,\"choices\":[{\"delta\":{\"content\":7,"
                + "\"tool_calls\":{},\"audio\":7},\"finish_reason\":7,\"logprobs\":[]}]}",
            " ",
            STOP,
            DONE);

    assertThat(body.has("id") || body.has("created")).isFalse();
    assertThat(body.at("/choices/0/message/content").isNull()).isTrue();
  }

  @Test
  void shouldBoundTheAnswer() {
    String piece = choice(0, "{\"content\":\"" + "x".repeat(400) + "\"}", "null");
    String[] choices = new String[5];
    Arrays.setAll(choices, index -> choice(index, "{}", "null"));
    String call = "{\"index\":%d,\"function\":{}}";
    String[] calls = new String[10];
    Arrays.setAll(calls, index -> tool(call.formatted(index)));

    assertTooLarge(piece, piece, piece);
    assertTooLarge(choices);
    assertTooLarge(calls);
    assertTooLarge(choice(0, "{\"content\":\"" + "x".repeat(2000) + "\"}", "null"));
  }

  @Test
  void shouldNotCountWhatChunksRepeat() {
    String[] events = new String[202];
    Arrays.fill(events, choice(0, "{\"content\":\"x\"}", "null"));
    events[200] = STOP;
    events[201] = DONE;

    assertThat(StreamReading.of(1, 1024, stream(events), 100).isComplete()).isTrue();
  }

  @Test
  void shouldHoldBackTheRestWhileThereIsNoRoom() {
    List<ChunkDelta> taken = new ArrayList<>();
    var rules = new AnswerStream.Rules(1 << 20, InstantSource.system());
    var stream =
        new AnswerStream(
            rules,
            1,
            (delta, resume) -> {
              taken.add(delta);
              return false;
            },
            () -> {});
    byte[] bytes = stream(choice(0, "{\"content\":\"x\"}", "null"), STOP, DONE);
    stream.receive(Arrays.copyOf(bytes, 90));
    stream.receive(Arrays.copyOfRange(bytes, 90, bytes.length));

    assertThat(stream.advance()).isNull();
    assertThat(stream.isFull()).isTrue();
    assertThat(taken).hasSize(1);
    assertThat(stream.advance()).isNull();
    assertThat(taken).hasSize(2);
    assertThat(stream.advance()).isInstanceOf(StreamEnd.Complete.class);
  }

  private static void assertTooLarge(String... events) {
    assertThat(StreamReading.of(1, 1024, stream(events), 100).end())
        .isEqualTo(new StreamEnd.TooLarge());
  }

  private static byte[] stream(String... events) {
    return ("data: " + String.join("\n\ndata: ", events) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void assertCutOff(String how, String... events) {
    assertThat(StreamReading.of(events).end()).isEqualTo(new StreamEnd.CutOff(how));
  }

  private static JsonNode answer(String... events) throws IOException {
    return JSON.readTree(StreamReading.of(events).body());
  }

  private static String tool(String call) {
    return choice(0, "{\"tool_calls\":[" + call + "]}", "null");
  }

  private static String choice(int index, String delta, String finishReason) {
    return "{\"choices\":[{\"index\":%d,\"delta\":%s,\"finish_reason\":%s}]}"
        .formatted(index, delta, finishReason);
  }
}
