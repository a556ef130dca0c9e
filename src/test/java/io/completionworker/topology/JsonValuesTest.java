// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.fixtures.Results;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** The topology with requests and outcomes of JSON, and no registry anywhere. */
class JsonValuesTest extends DrivenTopology {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestOutputTopic<String, String> usage = output(WorkerTopology.TOPICS.usage());
  private final TestOutputTopic<String, String> chunks = output(WorkerTopology.TOPICS.chunks());
  private final TestOutputTopic<String, String> deadLetters =
      output(WorkerTopology.TOPICS.deadLetters());

  JsonValuesTest() {
    super(JsonWorker.start());
  }

  @Test
  void shouldAnswerInJson() throws JsonProcessingException {
    requests.pipeInput("key", request("r-1", ""));
    worker.loop.run();
    worker.client.answer("r-1");
    tick();

    JsonNode response = JSON.readTree(responses.readValue());
    assertThat(response.path("request_id").asText()).isEqualTo("r-1");
    assertThat(response.at("/choices/0/message/content").asText()).isEqualTo("Hello.");
    assertThat(response.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(JSON.readTree(usage.readValue()).path("request_id").asText()).isEqualTo("r-1");
  }

  @Test
  void shouldSayInRowAndResponseWhatACallWaitedFor() throws JsonProcessingException {
    requests.pipeInput("key", request("r-1", ""));
    worker.loop.run();
    worker.client.end("r-1", Results.serverError());
    worker.loop.advance(Duration.ofSeconds(1));
    worker.client.answer("r-1");
    tick();

    JsonNode row = JSON.readTree(usage.readValue());
    assertThat(row.path("waited_for_backoff_ms").asLong()).isEqualTo(1_000);
    assertThat(row.path("waited_for_limit_ms").asLong(-1)).isZero();
    JsonNode details = JSON.readTree(responses.readValue()).path("call_details");
    assertThat(details.path("waited_for_backoff_ms").asLong()).isEqualTo(1_000);
    assertThat(details.has("waited_for_limit_ms")).isFalse();
  }

  @Test
  void shouldNameARequestWithoutAnIdByItsPlace() throws JsonProcessingException {
    requests.pipeInput("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    worker.loop.run();
    worker.client.answer("completion-requests-0-0");
    tick();

    assertThat(JSON.readTree(responses.readValue()).path("request_id").asText())
        .isEqualTo("completion-requests-0-0");
  }

  @Test
  void shouldWriteChunksInJson() throws JsonProcessingException {
    requests.pipeInput("key", request("r-1", ",\"stream\":true"));
    worker.loop.run();
    worker.client.delta(
        "r-1", new ChunkDelta("hello", null, 0, List.of(), null, 1, 1_000), () -> {});
    tick();

    assertThat(JSON.readTree(chunks.readValue()).path("request_id").asText()).isEqualTo("r-1");
  }

  @Test
  void shouldMakeFailuresThatCanBeSentAgain() throws JsonProcessingException {
    requests.pipeInput("key", request("r-1", ",\"tool_choice\":\"none\",\"top_k\":4"));
    worker.loop.run();
    worker.client.end("r-1", Results.badRequest());
    tick();

    JsonNode failure = JSON.readTree(failures.readValue());
    assertThat(failure.path("reason").asText()).isEqualTo("BAD_REQUEST");
    requests.pipeInput("key", failure.path("request").toString());
    worker.loop.run();
    worker.client.end("r-1", Results.badRequest());
    tick();
    assertThat(JSON.readTree(failures.readValue()).path("request"))
        .isEqualTo(failure.path("request"));
  }

  @Test
  void shouldMakeAFailureOfARequestThatIsNotValid() throws JsonProcessingException {
    requests.pipeInput("key", request("r-1", ",\"temperature\":9"));
    worker.loop.run();
    tick();

    JsonNode failure = JSON.readTree(failures.readValue());
    assertThat(failure.path("request_id").asText()).isEqualTo("r-1");
    assertThat(failure.path("reason").asText()).isEqualTo("INVALID_REQUEST");
    assertThat(failure.at("/violations/0/field").asText()).isEqualTo("temperature");
  }

  @Test
  void shouldMakeDeadLettersThatSayWhatIsWrong() {
    for (String value : List.of("\0\0\0\0\1AB", "hello", "{\"model\":\"m\",\"messages\":7}")) {
      requests.pipeInput("key", value);
      worker.loop.run();
      tick();
    }

    List<TestRecord<String, String>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(TestRecord::value)
        .containsExactly("\0\0\0\0\1AB", "hello", "{\"model\":\"m\",\"messages\":7}");
    assertThat(letters)
        .extracting(JsonValuesTest::message)
        .satisfiesExactly(
            avro -> assertThat(avro).contains("Avro by its first byte", "value.format is json"),
            text -> assertThat(text).contains("the value is not valid JSON"),
            messages -> assertThat(messages).contains("messages is not an array"));
  }

  private static String message(TestRecord<String, String> letter) {
    return new String(
        letter.headers().lastHeader("__streams.errors.message").value(), StandardCharsets.UTF_8);
  }

  private static String request(String id, String more) {
    return "{\"request_id\":\"%s\",\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}"
        .formatted(id, more);
  }
}
