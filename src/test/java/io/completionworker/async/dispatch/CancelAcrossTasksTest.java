// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static io.completionworker.fixtures.SampleControls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.control.Selector;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cancelled requests whose task was closed while they were called, or that are streamed. */
class CancelAcrossTasksTest {

  @Test
  void shouldCutACallWhoseTaskHasGoneAndGiveItsOutcomeToTheNext() {
    Stage stage = new Stage(4, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.close(before);

    stage.cancel(request("a"));
    assertThat(stage.client.cancelled()).containsExactly("a");
    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);

    assertThat(stage.client.started()).containsExactly("a");
    assertThat(stage.emitted(after)).containsExactly("a CANCELLED");
  }

  @Test
  void shouldCutACallThatWasAdopted() {
    Stage stage = new Stage(4, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.close(before);
    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);

    stage.cancel(request("a"));

    assertThat(stage.emitted(after)).containsExactly("a CANCELLED");
  }

  @Test
  void shouldCutTheCallOfAReplacedFlightAndWriteItsRowBeforeTheOutcome() {
    Stage stage = new Stage(4, true);
    TaskOutbox after = replacedWhileRunning(stage, "b");

    stage.cancel(request("b"));
    assertThat(stage.client.cancelled()).containsExactly("b");
    stage.answer("a");

    assertThat(stage.client.started()).containsExactly("a", "b", "a");
    assertThat(stage.emitted(after))
        .containsExactly("b row 1", "a attempts 1 again", "b CANCELLED again");
  }

  @Test
  void shouldWriteTheRowOfAReplacedFlightBeforeTheFailureAtADeadline() {
    Stage stage = new Stage(4, true);
    long deadline = stage.loop.millis() + 5_000;
    TaskOutbox after = replacedWhileRunning(stage, "b!" + deadline);

    stage.advance(Duration.ofSeconds(6));
    assertThat(stage.emitted(after)).isEmpty();
    stage.end("b", Results.billed());
    stage.answer("a");

    assertThat(stage.emitted(after))
        .containsExactly("b row 1", "a attempts 1 again", "b DEADLINE_EXCEEDED again");
  }

  @Test
  void shouldEndTheChunksOfAStreamThatIsCut() {
    Stage stage = new Stage(4, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a~");
    stage.client.delta("a", new ChunkDelta("x", null, 0, List.of(), null, 1, 1), () -> {});
    stage.loop.run();

    stage.cancel(Selector.ALL);

    assertThat(stage.emitted(task))
        .containsExactly("a attempt 1 chunk 0: x", "a attempt 1 chunk 1: last", "a CANCELLED");
    assertThat(stage.dispatcher.drained()).isTrue();
  }

  /**
   * Two requests of a key: the outcome of the first was not committed, so that it is called again,
   * behind the call of the second.
   */
  private static TaskOutbox replacedWhileRunning(Stage stage, String second) {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "k", "a", false);
    stage.accept(before, 1, "k", second, false);
    stage.answer("a");
    stage.emitted(before);
    stage.close(before);
    TaskOutbox after = stage.open();
    stage.accept(after, 0, "k", "a", true);
    stage.accept(after, 1, "k", second, true);
    assertThat(stage.client.open()).containsExactly("b");
    return after;
  }
}
