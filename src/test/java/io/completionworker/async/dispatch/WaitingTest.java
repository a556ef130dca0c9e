// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever waits is counted once, under what it waits for. */
class WaitingTest {

  private static Map<WaitingFor, Integer> waiting(Stage stage) {
    return stage.dispatcher.waiting().counts().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Test
  void shouldCountThoseThatWaitForASlot() {
    Stage stage = new Stage(2, false);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 5; i++) {
      stage.accept(task, i, "r" + i);
    }

    assertThat(waiting(stage)).isEqualTo(Map.of(WaitingFor.SLOT, 3));
    stage.answer("r0");
    assertThat(waiting(stage)).isEqualTo(Map.of(WaitingFor.SLOT, 2));
  }

  @Test
  void shouldCountThoseThatWaitForTheirKey() {
    Stage stage = new Stage(10, true);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 3; i++) {
      stage.accept(task, i, "key", "r" + i, false);
    }

    assertThat(waiting(stage)).isEqualTo(Map.of(WaitingFor.ORDER, 2));
  }

  @Test
  void shouldCountThoseThatAreTriedAgainLater() {
    Stage stage = new Stage(10, false);
    stage.accept(stage.open(), 0, "r0");
    stage.end("r0", Results.serverError());

    assertThat(waiting(stage)).isEqualTo(Map.of(WaitingFor.BACKOFF, 1));
    stage.advance(Duration.ofSeconds(1));
    assertThat(waiting(stage)).as("it is called again").isEmpty();
  }

  @Test
  void shouldCountThoseThatWaitForTheirCredential() {
    Stage stage = new Stage(10, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "r0");
    stage.end("r0", Results.unauthorized());
    stage.accept(task, 1, "r1");

    assertThat(waiting(stage)).isEqualTo(Map.of(WaitingFor.HOLD, 2));
  }

  @Test
  void shouldCountThoseThatTheirServerAskedToWait() {
    Stage stage = new Stage(10, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "r0");
    stage.end("r0", Results.rateLimited(Duration.ofSeconds(30)));
    stage.accept(task, 1, "r1");

    assertThat(waiting(stage).get(WaitingFor.COOL_DOWN)).isPositive();
  }

  @Test
  void shouldCountThoseWhoseTaskHasNotBeenSeen() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "r0");
    stage.accept(task, 1, "r1");
    stage.loop.freeze(Stage.LEASE.plusSeconds(1));
    stage.answer("r0");

    assertThat(waiting(stage)).isEqualTo(Map.of(WaitingFor.LEASE, 1));
  }

  @Test
  void shouldTellTheAgeOfTheOldestUntilItsOutcomeIsForwarded() {
    Stage stage = new Stage(10, false);
    TaskOutbox task = stage.open();
    assertThat(stage.dispatcher.waiting().oldestMillis()).isZero();
    stage.accept(task, 0, "r0");
    stage.advance(Duration.ofSeconds(3));
    stage.accept(task, 1, "r1");
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.dispatcher.waiting().oldestMillis()).isEqualTo(5_000);
    stage.answer("r0");
    assertThat(stage.dispatcher.waiting().oldestMillis()).isEqualTo(5_000);
    stage.emitted(task);
    assertThat(stage.dispatcher.waiting().oldestMillis()).isEqualTo(2_000);
  }

  @Test
  void shouldTellThatAgeByAClockThatNobodySets() {
    Stage stage = new Stage(10, false);
    stage.stored = Duration.ofSeconds(10);
    stage.advance(Duration.ofSeconds(60));
    stage.recover(stage.open(), 0, "r0", Progress.NONE);
    stage.advance(Duration.ofSeconds(3));

    stage.loop.jump(Duration.ofHours(5));
    assertThat(stage.dispatcher.waiting().oldestMillis()).isEqualTo(13_000);
    stage.loop.jump(Duration.ofHours(-10));
    assertThat(stage.dispatcher.waiting().oldestMillis()).isEqualTo(13_000);
  }

  @Test
  void shouldCountThoseWhoseLimitAnotherLaneWaitsForUnderThatLimit() {
    Stage stage = new Stage(10, 1_000, nanos -> Gates.perSecond(1, nanos));
    TaskOutbox task = stage.open();
    for (int i = 0; i < 4; i++) {
      stage.accept(task, i, "r" + i + "@key" + i);
    }

    assertThat(waiting(stage)).isEqualTo(Map.of(WaitingFor.PERMIT, 3));
  }
}
