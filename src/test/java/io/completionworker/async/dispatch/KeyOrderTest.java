// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

  private final Stage stage = new Stage(10, true);

  @Test
  void shouldCallOneRequestOfAKeyAtATime() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "k", "a", false);
    stage.accept(task, 1, "k", "b", false);
    stage.accept(task, 2, "other", "c", false);

    assertThat(stage.client.open()).containsExactly("a", "c");
    stage.answer("a");

    assertThat(stage.client.open()).containsExactly("c", "b");
  }

  @Test
  void shouldNotOvertakeARequestThatIsTriedAgain() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "k", "a", false);
    stage.accept(task, 1, "k", "b", false);

    stage.end("a", Results.serverError());
    assertThat(stage.client.open()).isEmpty();
    stage.advance(Duration.ofSeconds(1));
    stage.answer("a");
    stage.answer("b");

    assertThat(stage.client.started()).containsExactly("a", "a", "b");
    assertThat(stage.emitted(task)).containsExactly("a attempts 2", "b attempts 1");
  }

  @Test
  void shouldWriteTheOutcomeOfAnUnreadableRecordInItsTurn() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "k", "a", false);
    stage.accept(task, 1, "k", "garbage", false);
    stage.accept(task, 2, "k", "c", false);
    assertThat(stage.emitted(task)).isEmpty();

    stage.answer("a");
    stage.answer("c");

    assertThat(stage.emitted(task))
        .containsExactly("a attempts 1", "SerializationException", "c attempts 1");
  }

  @Test
  void shouldLetRequestsWithoutAKeyGoTheirOwnWay() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");

    assertThat(stage.client.open()).containsExactly("a", "b");
  }

  @Test
  void shouldAdoptTheRunningCallOfAKeyAndGoOnBehindIt() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "k", "a", false);
    stage.accept(before, 1, "k", "b", false);
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.accept(after, 0, "k", "a", true);
    stage.accept(after, 1, "k", "b", true);
    stage.answer("a");
    stage.answer("b");

    assertThat(stage.client.started()).containsExactly("a", "b");
    assertThat(stage.emitted(after)).containsExactly("a attempts 1", "b attempts 1 again");
  }

  @Test
  void shouldKeepTheOrderWhenAnEarlierRequestIsCalledAgain() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "k", "a", false);
    stage.accept(before, 1, "k", "b", false);
    stage.answer("a");
    assertThat(stage.emitted(before)).as("emitted, then the transaction aborts").hasSize(1);
    assertThat(stage.client.open()).containsExactly("b");
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.accept(after, 0, "k", "a", true);
    stage.accept(after, 1, "k", "b", true);
    assertThat(stage.client.open()).as("one call of the key at a time").containsExactly("b");
    stage.answer("b");
    stage.answer("a");

    assertThat(stage.client.started()).containsExactly("a", "b", "a");
    assertThat(stage.emitted(after))
        .as("the answer of the second waits for the first; its row does not")
        .containsExactly("b row 1", "a attempts 1 again", "b attempts 1");
  }
}
