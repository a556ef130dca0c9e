// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Calls that wait because the answers of others take too much. */
class AnswerBoundTest {

  private final Stage stage = new Stage(100, false);
  private final TaskOutbox task = stage.open();

  private void accept(int from, int to) {
    for (int i = from; i < to; i++) {
      stage.accept(task, i, "r" + i);
    }
  }

  @Test
  void shouldStartNoCallWhileAnswersThatAreKeptTakeAllTheRoom() {
    stage.room.keep(Stage.ROOM);
    accept(0, 3);
    assertThat(stage.client.open()).isEmpty();
    assertThat(stage.dispatcher.waiting().count(WaitingFor.ROOM)).isEqualTo(3);
    assertThat(stage.dispatcher.waiting().count(WaitingFor.SLOT)).isZero();

    stage.room.keep(-Stage.ROOM);
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.client.open()).hasSize(3);
    assertThat(stage.dispatcher.waiting().count(WaitingFor.ROOM)).isZero();
  }

  @Test
  void shouldCountAnAnswerUntilItsOutcomeIsOut() {
    accept(0, 1);
    assertThat(stage.room.taken()).isZero();
    stage.answer("r0");
    assertThat(stage.room.taken())
        .as("the records of the outcome")
        .isEqualTo("r0 attempts 1".length() + "r0 row 1".length());

    stage.emitted(task);

    assertThat(stage.room.taken()).isZero();
  }

  @Test
  void shouldCountNothingOfAnAnswerThatNobodyTakesOver() {
    accept(0, 2);
    stage.open(); // without any task, answers are kept
    stage.answer("r0");
    stage.close(task);
    stage.answer("r1");
    stage.advance(Duration.ofMinutes(2));

    assertThat(stage.room.taken()).isZero();
  }

  @Test
  void shouldStartNoCallWhoseAnswerCouldNotBeWritten() {
    accept(0, 1);
    stage.codec.refuse(true);
    stage.answer("r0");
    accept(1, 3);
    stage.advance(Duration.ofMinutes(1));
    assertThat(stage.client.started()).containsExactly("r0");
    assertThat(stage.coding.notReadyReasons())
        .containsExactly("outcomes wait that cannot be written: the schema is refused");
    assertThat(stage.coding.registryMissed()).isFalse();

    stage.codec.refuse(false);
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.emitted(task)).containsExactly("r0 attempts 1");
    assertThat(stage.client.started()).containsExactly("r0", "r1", "r2");
    assertThat(stage.coding.notReadyReasons()).isEmpty();
  }

  @Test
  void shouldStartNoCallWhoseAnswerCouldNotBeWrittenThoughFailuresAndRowsCanBe() {
    accept(0, 3);
    stage.codec.refuseResponses();
    stage.answer("r0");
    stage.end("r1", Results.badRequest());
    stage.end("r2", Results.billed());
    accept(3, 4);

    assertThat(stage.emitted(task)).containsExactly("r1 BAD_REQUEST", "r2 row 1");
    assertThat(stage.client.started()).containsExactly("r0", "r1", "r2");

    stage.codec.refuse(false);
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.emitted(task)).containsExactly("r0 attempts 1");
    assertThat(stage.client.open()).containsExactlyInAnyOrder("r2", "r3");
  }

  @Test
  void shouldStartCallsAgainWhenARefusedAnswerBecomesAFailure() {
    accept(0, 1);
    stage.codec.refuseResponses();
    stage.answer("r0");
    stage.codec.refuse(false);
    stage.codec.breakAt("response");
    stage.advance(Duration.ofSeconds(2));
    accept(1, 2);

    assertThat(stage.emitted(task)).containsExactly("r0 RESPONSE_NOT_ENCODABLE");
    assertThat(stage.client.open()).containsExactly("r1");
  }
}
