// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Attempt;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a call costs and answers whose flight was replaced by another one of its request. */
class ReplacedFlightTest {

  @Test
  void shouldCountWhatACallCostsThatAnotherFlightOfItsRequestWaitsFor() {
    Stage stage = new Stage(4, true);
    TaskOutbox after = replacedWhileRunning(stage, 0);

    stage.end("b", Results.billed());
    stage.answer("a");
    stage.end("b", Results.billed());
    stage.advance(Duration.ofSeconds(1));
    stage.end("b", Results.billed());

    assertThat(stage.emitted(after))
        .containsExactly("b row 1", "a attempts 1 again", "b row 2", "b INVALID_RESPONSE again");
  }

  @Test
  void shouldNotCallAgainWhenTheCallThatItWaitedForWasTheLast() {
    Stage stage = new Stage(4, true);
    TaskOutbox after = replacedWhileRunning(stage, 2);

    stage.end("b", Results.billed());
    stage.answer("a");

    assertThat(stage.client.open()).isEmpty();
    assertThat(stage.emitted(after))
        .containsExactly("b row 1", "b row 2", "b row 3", "a attempts 1 again", "b UNKNOWN again");
  }

  @Test
  void shouldEndARequestWithTheAnswerOfACallThatAnotherFlightOfItWaitsFor() {
    Stage stage = new Stage(4, true);
    TaskOutbox after = replacedWhileRunning(stage, 1);

    stage.answer("b");
    stage.answer("a");

    assertThat(stage.client.open()).as("it is paid for").isEmpty();
    assertThat(stage.client.started()).containsExactly("a", "b", "b", "a");
    assertThat(stage.emitted(after))
        .containsExactly("b row 1", "b row 2", "a attempts 1 again", "b attempts 2");
    assertThat(stage.codec.accounted()).extracting(Attempt::callId).doesNotHaveDuplicates();
    assertThat(stage.room.taken()).isZero();
  }

  @Test
  void shouldWriteTheRowOfAnAnswerThoughTheFlightThatWaitsForItGoes() {
    Stage stage = new Stage(4, true);
    TaskOutbox after = replacedWhileRunning(stage, 0);
    stage.answer("b");
    stage.close(after);

    TaskOutbox last = stage.open();
    stage.accept(last, 0, "k", "a", true);
    stage.accept(last, 1, "k", "b", true);
    stage.answer("a");

    assertThat(stage.emitted(last)).containsExactly("b row 1", "a attempts 1 again");
    for (int i = 1; i < Stage.MAX_ATTEMPTS; i++) {
      stage.end("b", Results.billed());
      stage.advance(Duration.ofSeconds(1));
    }
    assertThat(stage.emitted(last)).containsExactly("b row 2", "b INVALID_RESPONSE again");
  }

  @Test
  void shouldWriteTheRowOfAStreamedAnswerAndCallAgainForItsChunks() {
    Stage stage = new Stage(4, true);
    TaskOutbox after = replacedWhileRunning(stage, 0, "b~");

    stage.answer("b");
    stage.answer("a");
    stage.answer("b");

    assertThat(stage.emitted(after))
        .containsExactly("b row 1", "a attempts 1 again", "b attempts 2 again");
  }

  /**
   * Two requests of a key: the outcome of the first was not committed, so that it is called again,
   * behind the call of the second.
   *
   * @param paid attempts of the second before the one that is open
   */
  private static TaskOutbox replacedWhileRunning(Stage stage, int paid) {
    return replacedWhileRunning(stage, paid, "b");
  }

  private static TaskOutbox replacedWhileRunning(Stage stage, int paid, String second) {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "k", "a", false);
    stage.accept(before, 1, "k", second, false);
    stage.answer("a");
    for (int i = 0; i < paid; i++) {
      stage.end("b", Results.billed());
      stage.advance(Duration.ofSeconds(1));
    }
    stage.emitted(before);
    stage.close(before);
    TaskOutbox after = stage.open();
    stage.accept(after, 0, "k", "a", true);
    stage.accept(after, 1, "k", second, true);
    assertThat(stage.client.open()).containsExactly("b");
    return after;
  }
}
