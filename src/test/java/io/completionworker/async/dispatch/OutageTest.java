// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.config.BreakerConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for an endpoint or an account is not lost, not failed, and not in anybody's way. */
class OutageTest {

  private static final BreakerConfig BREAKER =
      new BreakerConfig(50, 10, 4, Duration.ofSeconds(2), 2);

  @Test
  void shouldFailNothingHoweverLongTheEndpointIsDown() {
    Stage stage = new Stage(10, false, Stage.holdWithBrake(0), BREAKER);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 50; i++) {
      stage.accept(task, i, "r" + i);
    }

    for (int i = 0; i < 1_000; i++) {
      endAll(stage, Results.serverError());
      stage.advance(Duration.ofSeconds(2));
      assertThat(stage.client.open()).hasSizeLessThanOrEqualTo(10);
    }
    assertThat(stage.emitted(task)).isEmpty();
    assertThat(stage.client.started()).as("a few, every two seconds").hasSizeLessThan(2_200);

    List<String> emitted = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      endAll(stage, Results.answered());
      stage.advance(Duration.ofSeconds(2));
      emitted.addAll(stage.emitted(task));
    }
    assertThat(emitted).hasSize(50).allMatch(text -> text.contains("attempts"));
  }

  @Test
  void shouldCallNothingWhileATransactionCannotBeCommitted() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.accept(task, 2, "c");
    stage.transaction().begun(stage.loop.nanos());
    stage.answer("a");
    stage.advance(Stage.LEASE.plus(Duration.ofSeconds(1))); // its thread runs, and does not commit

    stage.answer("b");
    stage.advance(Duration.ofMinutes(1));
    assertThat(stage.client.started()).containsExactly("a", "b");

    stage.end(true);
    stage.advance(Duration.ofSeconds(1));
    assertThat(stage.client.started()).containsExactly("a", "b", "c");
  }

  @Test
  void shouldKeepTheOrderOfALaneWhenATaskHasNoLeaseForAMoment() {
    Stage stage = new Stage(1, false);
    TaskOutbox stalled = stage.open();
    TaskOutbox running = stage.open();
    stage.accept(running, 0, "open");
    stage.accept(stalled, 1, "a");
    stage.accept(stalled, 2, "b");
    stage.accept(running, 3, "c");
    stage.accept(running, 4, "d");
    stage.loop.advance(Stage.LEASE);
    running.seen(stage.loop.nanos());
    stage.answer("open");
    assertThat(stage.client.open()).as("not a task that stalls").containsExactly("c");

    stalled.seen(stage.loop.nanos());
    stage.advance(Duration.ofSeconds(1));
    List.of("c", "a", "b", "d").forEach(stage::answer);

    assertThat(stage.client.started()).containsExactly("open", "c", "a", "b", "d");
  }

  @Test
  void shouldCallWhenThereIsNothingToCommit() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.advance(Duration.ofMinutes(10));

    stage.accept(task, 0, "a");

    assertThat(stage.client.started()).containsExactly("a");
  }

  @Test
  void shouldTakeTurnsAtTheProbes() {
    Stage stage = new Stage(10, false, Stage.holdWithBrake(0), BREAKER);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 10; i++) {
      stage.accept(task, i, "r" + i);
    }
    endAll(stage, Results.serverError());
    stage.advance(Duration.ofSeconds(3));
    List<String> first = stage.client.open();
    endAll(stage, Results.serverError());

    stage.advance(Duration.ofSeconds(3));

    assertThat(first).hasSize(2);
    assertThat(stage.client.open()).hasSize(2).doesNotContainAnyElementsOf(first);
  }

  @Test
  void shouldCallForOthersWhileTheEndpointFailsOneCredential() {
    Stage stage = new Stage(10, false, Stage.holdWithBrake(0), BREAKER);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 10; i++) {
      stage.accept(task, i, "r" + i + "@broken");
    }
    endAll(stage, Results.serverError());

    for (int i = 0; i < 10; i++) {
      stage.accept(task, 100 + i, "s" + i + "@sound");
    }

    assertThat(stage.client.open()).hasSize(10).allMatch(id -> id.startsWith("s"));
  }

  @Test
  void shouldStillEndAtItsDeadlineWhatWaitsForTheEndpoint() {
    Stage stage = new Stage(10, false, Stage.holdWithBrake(0), BREAKER);
    TaskOutbox task = stage.open();
    long deadline = stage.loop.millis() + 7_000;
    for (int i = 0; i < 10; i++) {
      stage.accept(task, i, i == 5 ? "r5!" + deadline : "r" + i);
    }
    for (int i = 0; i < 3; i++) {
      endAll(stage, Results.serverError());
      stage.advance(Duration.ofMillis(2_100));
    }
    endAll(stage, Results.serverError());
    assertThat(stage.emitted(task)).isEmpty();

    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.emitted(task)).containsExactly("r5 DEADLINE_EXCEEDED");
  }

  @Test
  void shouldStillEndAtItsDeadlineWhatABrakeHolds() {
    Stage stage = new Stage(1, false, Stage.holdWithBrake(0.9), Gates.NO_BREAKER);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 10; i++) {
      stage.accept(task, i, "r" + i);
      stage.end("r" + i, Results.badRequest());
    }
    assertThat(stage.emitted(task)).hasSize(10);
    stage.accept(task, 10, "late!" + (stage.loop.millis() + 15_000));

    stage.advance(Duration.ofSeconds(10));
    stage.end("late", Results.badRequest());
    assertThat(stage.emitted(task)).as("it was a probe").isEmpty();
    stage.advance(Duration.ofSeconds(6));

    assertThat(stage.emitted(task)).containsExactly("late DEADLINE_EXCEEDED");
  }

  @Test
  void shouldNotEmptyATopicIntoFailuresForOneReason() {
    Stage stage = new Stage(1, false, Stage.holdWithBrake(0.9), Gates.NO_BREAKER);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 1_000; i++) {
      stage.accept(task, i, "r" + i);
    }
    AttemptResult gone = Results.rejected(FailureReason.NOT_FOUND, Disposition.FAIL, null);

    for (int i = 0; i < 100; i++) {
      endAll(stage, gone);
      stage.advance(Duration.ofMinutes(6));
    }
    assertThat(stage.emitted(task)).hasSize(10).allMatch(text -> text.endsWith("NOT_FOUND"));

    List<String> emitted = new ArrayList<>();
    while (emitted.size() < 990) {
      endAll(stage, Results.answered());
      stage.advance(Duration.ofMillis(10));
      emitted.addAll(stage.emitted(task));
    }
    assertThat(emitted).allMatch(text -> text.endsWith("attempts 1"));
  }

  private static void endAll(Stage stage, AttemptResult result) {
    for (String id : stage.client.open()) {
      stage.end(id, result);
    }
  }
}
