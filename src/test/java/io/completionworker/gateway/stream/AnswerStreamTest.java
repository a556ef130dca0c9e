// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import static io.completionworker.gateway.stream.Events.DONE;
import static io.completionworker.gateway.stream.Events.STOP;
import static io.completionworker.gateway.stream.Events.choice;
import static io.completionworker.gateway.stream.Events.stream;
import static io.completionworker.gateway.stream.Events.tool;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Chunk.ChunkDelta;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How streams end, and what is passed on of them meanwhile. */
class AnswerStreamTest {

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
    int finish = text.indexOf("\"finish_reason\":\"stop\"");
    int finished = finish < 0 ? Integer.MAX_VALUE : text.indexOf("\n", finish);
    for (int length = 0; length <= stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      for (int packet : new int[] {1, 7, Math.max(1, length)}) {
        StreamReading reading = StreamReading.of(1, StreamReading.MAX_BYTES, cut, packet);
        if (length < finished) {
          assertThat(reading.end())
              .as("%d bytes of %s", length, name)
              .isInstanceOf(StreamEnd.Truncated.class);
        } else if (reading.isComplete()) {
          assertThat(reading.body()).contains("\"Hello there.\"");
        } else {
          assertThat(reading.end())
              .isEqualTo(new StreamEnd.Truncated("the last event is not whole"));
        }
      }
    }
  }

  @Test
  void shouldMissWhatDidNotCome() {
    assertCutOff("choice 0 has no finish_reason", choice(0, "{\"content\":\"a\"}", "null"), DONE);
    assertCutOff("choice 0 has no finish_reason", choice(0, "{}", "\"\""), DONE);
    assertCutOff("choice 1 has no finish_reason", STOP, choice(1, "{}", "null"), DONE);
    assertCutOff("there is no choice", DONE);
    assertCutOff("there is no choice", "{\"choices\":[]}", "{}", "{\"choices\":null}", DONE);
    assertCutOff("no [DONE] came, and there is no choice");
  }

  @Test
  void shouldTakeFewerChoicesThanWereAskedForOnlyFromAStreamThatSaysItIsDone() {
    byte[] open = ("data: " + STOP + "\n\n").getBytes(StandardCharsets.UTF_8);
    byte[] done = ("data: " + STOP + "\n\ndata: [DONE]\n\n").getBytes(StandardCharsets.UTF_8);

    assertThat(StreamReading.of(2, open).end())
        .isEqualTo(new StreamEnd.Truncated("no [DONE] came, and there are 1 choices of 2"));
    assertThat(StreamReading.of(2, done).end()).isInstanceOf(StreamEnd.Complete.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"x\"}}",
        "{\"choices\":7,\"error\":\"x\"}",
        "[{\"error\":{\"message\":\"x\"}}]",
        "{\"object\":\"error\",\"message\":\"x\"}",
        "{\"choices\":[{\"index\":0,\"delta\":{},\"error\":{\"code\":502}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"error\":\"x\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"overloaded_error\"}]}"
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
        "{} x",
        "{\"choices\":7}",
        "{\"choices\":[7]}",
        "{\"choices\":[{\"delta\":\"x\"}]}",
        "{\"choices\":[{\"index\":0}"
      })
  void shouldNotPassOverAnEventThatCannotBeRead(String event) {
    assertThat(StreamReading.of(event, STOP, DONE).end()).isInstanceOf(StreamEnd.Unreadable.class);
  }

  @Test
  void shouldBoundTheAnswer() {
    String piece = choice(0, "{\"content\":\"" + "x".repeat(400) + "\"}", "null");
    String[] choices = new String[5];
    Arrays.setAll(choices, index -> choice(index, "{}", "null"));
    String call = "{\"index\":%d,\"function\":{\"name\":\"f\"}}";
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

  private static void assertCutOff(String how, String... events) {
    assertThat(StreamReading.of(events).end()).isEqualTo(new StreamEnd.Truncated(how));
  }
}
