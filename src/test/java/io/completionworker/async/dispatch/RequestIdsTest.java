// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Emission;
import io.completionworker.completion.IdHash;
import io.completionworker.fixtures.Results;
import io.completionworker.metrics.RequestMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With {@code dedupe.by=request-id}, what is published again has no second call and outcome. */
class RequestIdsTest {

  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final Stage stage = new Stage(10, false);
  private final TaskOutbox task = stage.open();

  @BeforeEach
  void compareIds() {
    task.compareIds(WINDOW);
  }

  @Test
  void shouldEndARepeatOfAnOpenRequestWithoutACallOrAnOutcome() {
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "a");
    stage.accept(task, 2, "b");
    assertThat(stage.client.open()).containsExactly("a", "b");
    assertThat(stage.emitted(task)).containsExactly("nothing");
    stage.answer("a");

    assertThat(stage.emitted(task)).containsExactly("a attempts 1");
    assertThat(stage.outcomes()).as("outcomes that were counted").isEqualTo(1);
    assertThat(repeats()).isEqualTo(1);
    assertThat(stage.dispatcher.waiting().oldestMillis()).isZero();
  }

  @Test
  void shouldEndARepeatOfARequestThatWasAnswered() {
    task.answered(IdHash.of("a"), 0, stage.loop.millis());
    stage.accept(task, 1, "a");

    assertThat(stage.client.started()).isEmpty();
    assertThat(stage.emitted(task)).containsExactly("nothing");
  }

  @Test
  void shouldCallAgainWhenTheWindowIsOverAndTheIdIsNotForgottenYet() {
    task.answered(IdHash.of("a"), 0, stage.loop.millis());
    stage.advance(WINDOW);
    stage.accept(task, 1, "a");

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldNotTakeARecordForARepeatOfItself() {
    task.answered(IdHash.of("a"), 0, stage.loop.millis());
    stage.accept(task, 0, "a");

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldSayInTheOutcomeThatTheIdIsAnswered() {
    stage.accept(task, 0, "a");
    stage.answer("a");
    Emission answered = Objects.requireNonNull(task.poll());
    assertThat(answered.role()).isEqualTo(new Emission.Role.End(IdHash.of("a")));

    stage.accept(task, 1, "b");
    stage.end("b", Results.badRequest());
    Emission failed = Objects.requireNonNull(task.poll());
    assertThat(failed.role()).as("it may be sent again").isEqualTo(new Emission.Role.End());
  }

  @Test
  void shouldCallAgainForARequestThatHasFailed() {
    stage.accept(task, 0, "a");
    stage.end("a", Results.badRequest());
    stage.accept(task, 1, "a");
    assertThat(stage.client.open()).as("before the failure is committed").containsExactly("a");
    stage.end("a", Results.badRequest());
    assertThat(stage.emitted(task)).hasSize(2);
    stage.accept(task, 2, "a");
    assertThat(stage.client.open()).as("afterwards").containsExactly("a");
    stage.answer("a");

    assertThat(stage.emitted(task)).containsExactly("a attempts 1");
  }

  @Test
  void shouldNotCompareRequestsOtherwise() {
    TaskOutbox other = stage.open();
    stage.accept(other, 0, "a");
    stage.accept(other, 1, "a");

    assertThat(stage.client.open()).containsExactly("a", "a");
    stage.answer("a");
    Emission answered = Objects.requireNonNull(other.poll());
    assertThat(answered.role()).isEqualTo(new Emission.Role.End());
  }

  @Test
  void shouldCallOnceAfterItsTaskIsTakenOver() {
    stage.accept(task, 0, "a");
    stage.close(task);
    TaskOutbox next = stage.open();
    next.compareIds(WINDOW);
    stage.accept(next, 0, null, "a", true);
    stage.accept(next, 1, null, "a", true);
    assertThat(stage.client.open()).containsExactly("a");
    stage.answer("a");

    assertThat(stage.emitted(next)).containsExactlyInAnyOrder("nothing", "a attempts 1");
    assertThat(stage.client.started()).containsExactly("a");
  }

  @Test
  void shouldCallARedrivenRequestWhoseFirstHasFailedElsewhere() {
    stage.accept(task, 0, "a");
    stage.close(task); // the call goes on, and another instance ends the request with a failure
    TaskOutbox back = comparing(stage);
    stage.accept(back, 5, null, "a", true);

    assertThat(stage.client.open()).containsExactly("a", "a");
  }

  @Test
  void shouldCallARepeatWhoseFirstHasFailedElsewhere() {
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "a");
    stage.close(task); // before the end of the repeat is committed
    TaskOutbox back = comparing(stage);
    stage.accept(back, 1, null, "a", true);

    assertThat(stage.client.open()).containsExactly("a", "a");
    assertThat(stage.emitted(back)).isEmpty();
  }

  @Test
  void shouldSayTheIdOfARequestThatHasTheAnswerOfItsEarlierCallBeforeItIsRead() {
    Stage ordered = new Stage(4, true);
    TaskOutbox before = comparing(ordered);
    ordered.accept(before, 0, "k", "a", false);
    ordered.accept(before, 1, "k", "b#s", false);
    ordered.answer("a");
    ordered.emitted(before);
    ordered.close(before);
    TaskOutbox back = comparing(ordered);
    ordered.accept(back, 0, "k", "a", true);
    ordered.codec.unknown("s");
    ordered.accept(back, 1, "k", "b#s", true);
    ordered.answer("b"); // of the earlier call
    ordered.answer("a");

    List<Emission> ends = new ArrayList<>();
    for (Emission next = back.poll(); next != null; next = back.poll()) {
      if (next.ends()) {
        ends.add(next);
      }
    }
    assertThat(ends)
        .extracting(Emission::role)
        .containsExactly(
            new Emission.Role.End(IdHash.of("a")), new Emission.Role.End(IdHash.of("b")));
  }

  private static TaskOutbox comparing(Stage stage) {
    TaskOutbox task = stage.open();
    task.compareIds(WINDOW);
    return task;
  }

  private long repeats() {
    return (long) stage.registry.get(RequestMeters.REPEATS.name()).counter().count();
  }
}
