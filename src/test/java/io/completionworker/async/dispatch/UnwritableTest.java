// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.Emission;
import io.completionworker.fixtures.CapturedLog;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outcomes that can never be encoded: each request ends all the same, once, and nothing loops. */
class UnwritableTest {

  private final CapturedLog log = new CapturedLog(CodecStage.class);
  private final Stage stage = new Stage(10, false);
  private final TaskOutbox task = stage.open();

  @AfterEach
  void leave() {
    log.close();
  }

  private List<String> said() {
    return log.events().stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Test
  void shouldFailARequestWhoseAnswerCannotBeWritten() {
    stage.codec.breakAt("response");
    stage.accept(task, 0, "a");
    stage.answer("a");

    assertThat(stage.emitted(task)).containsExactly("a RESPONSE_NOT_ENCODABLE");
    assertThat(stage.codec.messages().get(0))
        .contains("cannot be encoded", "IllegalStateException")
        .doesNotContain("registry");
    assertThat(stage.dispatcher.drained()).isTrue();
  }

  @Test
  void shouldGiveTheRequestBackWhenItsFailureCannotBeWritten() {
    stage.codec.breakAt("response failure");
    stage.accept(task, 0, "a");
    stage.answer("a");
    stage.accept(task, 1, "b");
    stage.end("b", Results.badRequest());

    assertThat(stage.emitted(task))
        .as("their bytes are in the store")
        .containsExactly("null", "null");
    assertThat(stage.dispatcher.drained()).isTrue();
  }

  @Test
  void shouldTryWhatCannotBeWrittenOnce() {
    stage.codec.breakAt("response");
    for (int i = 0; i < 10; i++) {
      stage.accept(task, i, "r" + i);
      stage.answer("r" + i);
    }
    stage.advance(Duration.ofMinutes(5));

    assertThat(stage.codec.writes()).as("ten answers and ten failures").isEqualTo(20);
  }

  @Test
  void shouldSayWhatTheFaultIsOnceAndNotBlameTheRegistry() {
    stage.codec.breakAt("response");
    for (int i = 0; i < 10; i++) {
      stage.accept(task, i, "r" + i);
      stage.answer("r" + i);
    }
    stage.advance(Duration.ofMinutes(5));

    assertThat(said()).hasSize(1);
    assertThat(said().get(0))
        .startsWith("ERROR ")
        .contains("requests-0-0", "IllegalStateException")
        .doesNotContain("registry");
  }

  @Test
  void shouldGoOnWithoutAUsageRowThatCannotBeWritten() {
    stage.codec.breakAt("row");
    stage.accept(task, 0, "a");
    stage.end("a", Results.billed());
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.client.open()).as("the next attempt").containsExactly("a");
    Emission row = Objects.requireNonNull(task.poll(), "the attempt is remembered");
    assertThat(row.role()).isInstanceOf(Emission.Role.Row.class);
    assertThat(row.usage()).isEmpty();
  }

  @Test
  void shouldGoOnWithoutAChunkThatCannotBeWritten() {
    stage.codec.breakAt("chunk");
    stage.accept(task, 0, "a~");
    stage.client.delta("a", new ChunkDelta("hello", null, 0, List.of(), null, 1, 1_000), () -> {});
    stage.loop.run();
    stage.codec.breakAt("");
    stage.answer("a");

    List<String> texts = stage.emitted(task);
    assertThat(texts).contains("a attempts 1");
    assertThat(texts).as("the chunk is left out").noneMatch(text -> text.contains("hello"));
    assertThat(stage.dispatcher.drained()).isTrue();
  }
}
