// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import static io.completionworker.gateway.stream.Events.DONE;
import static io.completionworker.gateway.stream.Events.STOP;
import static io.completionworker.gateway.stream.Events.choice;
import static io.completionworker.gateway.stream.Events.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.completion.Chunk.ChunkDelta;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The pieces of a stream add up to the answer that would have come in one. */
class MergedAnswerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

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
                [{"id": "c2", "type": "function", "function": {"name": "g", "arguments": "{}"}},
                 {"id": "c1", "type": "function",
                  "function": {"name": "f", "arguments": "{\\"a\\":1}"}},
                 {"id": "c3", "function": {"name": "h", "arguments": "{}"}}]
                """));
  }

  @Test
  void shouldTellCallsApartThoughTheArgumentsOfTheFirstBeginWithAStrayBracket() throws IOException {
    String call = "{\"function\":{\"name\":\"f\",\"arguments\":\"%s\"}}";
    JsonNode body =
        answer(
            tool(call.formatted("}{\\\"a\\\":1}")),
            tool(call.formatted("{\\\"a\\\":2}")),
            choice(0, "{}", "\"tool_calls\""),
            DONE);

    assertThat(body.at("/choices/0/message/tool_calls").findValuesAsText("arguments"))
        .containsExactly("}{\"a\":1}", "{\"a\":2}");
  }

  /** The endpoint gives the name of the second call in a piece of its own. */
  @Test
  void shouldNameACallInItsDeltasThatWasAnnouncedByItsName() {
    StreamReading reading =
        StreamReading.of(
            tool("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"),
            tool("{\"index\":0,\"function\":{\"name\":\"f\"}}"),
            tool("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}"),
            tool("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}"),
            choice(0, "{}", "\"tool_calls\""),
            DONE);

    assertThat(reading.body()).contains("{\"arguments\":\"{\\\"a\\\":1}\",\"name\":\"f\"}");
    assertThat(reading.deltas().subList(0, 4))
        .flatExtracting(ChunkDelta::choices)
        .flatExtracting(ChoiceDelta::getToolCalls)
        .extracting(ToolCallDelta::getIndex, ToolCallDelta::getName)
        .containsExactly(tuple(0, "f"), tuple(0, null), tuple(1, "f"), tuple(1, null));
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
  void shouldKeepEveryMemberWhateverItsType() throws IOException {
    JsonNode body =
        answer(
            "{\"id\":7,\"created\":\"x\",\"error\":null,\"choices\":[{\"delta\":{\"content\":7,"
                + "\"tool_calls\":{},\"audio\":7},\"finish_reason\":7,\"logprobs\":[]}]}",
            " ",
            STOP,
            DONE);

    assertThat(body.path("id").asInt()).isEqualTo(7);
    assertThat(body.path("created").asText()).isEqualTo("x");
    assertThat(body.at("/choices/0/message/content").asInt()).isEqualTo(7);
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  private static JsonNode answer(String... events) throws IOException {
    return JSON.readTree(StreamReading.of(events).body());
  }
}
