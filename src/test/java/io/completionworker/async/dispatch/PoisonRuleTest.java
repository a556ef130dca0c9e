// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.CallHistory;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that kills its process does not kill the next one for ever. */
class PoisonRuleTest {

  private static final String DEAD = "client/dead-process";

  private final Stage stage = new Stage(10, false);

  @Test
  void shouldMakeADeadLetterOfARequestThatWasOpenAtTheThirdDeath() {
    TaskOutbox task = recover(new CallHistory.Entry(2, Stage.DEADLY - 1, true, 1));

    assertThat(stage.client.started()).isEmpty();
    assertThat(stage.emitted(task)).containsExactly(PoisonRule.class.getName());
  }

  @Test
  void shouldCallARequestThatWasNotOpenWhenItsProcessDied() {
    recover(new CallHistory.Entry(2, Stage.DEADLY - 1, false, 0));

    assertThat(stage.client.started()).containsExactly("a");
  }

  @Test
  void shouldNotTakeItForADeathWhenThePartitionWasOnlyGivenAway() {
    stage.aliveProcess = DEAD;
    recover(new CallHistory.Entry(1, Stage.DEADLY - 1, true, 1));

    assertThat(stage.client.started()).containsExactly("a");
  }

  @Test
  void shouldWaitUntilItIsKnownWhetherTheProcessDied() {
    stage.census = new CompletableFuture<>();
    recover(new CallHistory.Entry(1, 0, true, 1));
    assertThat(stage.client.started()).isEmpty();

    stage.census.complete(true);
    stage.loop.run();
    assertThat(stage.client.started()).containsExactly("a");
  }

  @Test
  void shouldKeepTheOrderOfAKeyWhileItIsNotKnownWhetherTheProcessDied() {
    Stage ordered = new Stage(10, true);
    ordered.census = new CompletableFuture<>();
    ordered.before = new CallHistory.Stored(DEAD, Map.of(0L, new CallHistory.Entry(1, 0, true, 1)));
    TaskOutbox task = ordered.open();
    ordered.accept(task, 0, "k", "a", true);
    ordered.accept(task, 1, "k", "b", true);
    ordered.accept(task, 2, "k", "c", false);
    assertThat(ordered.client.started()).isEmpty();

    ordered.census.complete(true);
    ordered.loop.run();
    ordered.answer("a");
    ordered.answer("b");

    assertThat(ordered.client.started()).containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shouldCountTheCallsOfProcessesThatAreGone(int calls) {
    TaskOutbox task = recover(new CallHistory.Entry(calls, 0, true, 1));

    for (int i = calls; i < Stage.MAX_ATTEMPTS; i++) {
      stage.end("a", Results.serverError());
      stage.advance(Duration.ofSeconds(2));
    }

    assertThat(stage.client.started()).hasSize(Stage.MAX_ATTEMPTS - calls);
    assertThat(stage.emitted(task)).last().asString().startsWith("a SERVER_ERROR");
  }

  /** Its process was alive, got the request back, and gave it away once more. */
  @Test
  void shouldCountACallOnceThatEndedAfterItsProcessHadGivenThePartitionAway() {
    stage.aliveProcess = DEAD;
    stage.close(recover(new CallHistory.Entry(1, 0, true, 1)));
    stage.before = new CallHistory.Stored(DEAD, Map.of(0L, new CallHistory.Entry(2, 0, false, 0)));
    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a", new Progress(1, 1));

    stage.end("a", Results.serverError());
    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.client.open()).as("the third attempt").containsExactly("a");

    stage.end("a", Results.serverError());
    assertThat(stage.emitted(after)).containsExactly("a SERVER_ERROR again");
  }

  @Test
  void shouldCountTheCallsThatAnotherProcessMadeMeanwhile() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.close(before);
    TaskOutbox after = recover(new CallHistory.Entry(3, 0, true, 1));

    stage.end("a", Results.serverError());

    assertThat(stage.emitted(after)).as("two calls of the other").containsExactly("a SERVER_ERROR");
  }

  @Test
  void shouldCallThoseThatMayHaveKilledOneAtATimeAndOthersBesideThem() {
    stage.before = suspects(1);
    TaskOutbox task = stage.open();
    stage.recover(task, 0, "a", Progress.NONE);
    stage.recover(task, 1, "b", Progress.NONE);
    stage.recover(task, 2, "c", Progress.NONE);
    stage.recover(task, 3, "d", Progress.NONE);
    assertThat(stage.client.open()).containsExactlyInAnyOrder("a", "d");

    stage.answer("a");
    assertThat(stage.client.open()).containsExactlyInAnyOrder("b", "d");
    stage.end("b", Results.serverError());
    assertThat(stage.client.open()).containsExactlyInAnyOrder("c", "d");
    stage.answer("c");
    stage.advance(Duration.ofSeconds(2));
    assertThat(stage.client.open()).containsExactlyInAnyOrder("b", "d");
  }

  @Test
  void shouldCallTheOthersWhenTheNextOneThatMayHaveKilledNeedsNoCall() {
    stage.before = suspects(1);
    TaskOutbox task = stage.open();
    stage.recover(task, 0, "a", Progress.NONE);
    stage.recover(task, 1, "b=q", Progress.NONE);
    stage.recover(task, 2, "c", Progress.NONE);
    stage.recover(task, 3, "d=q", Progress.NONE);
    stage.answer("d=q");
    assertThat(stage.client.open()).containsExactly("a");

    stage.answer("a");

    assertThat(stage.client.open()).containsExactly("c");
    assertThat(stage.client.started()).doesNotContain("b=q");
  }

  @Test
  void shouldKeepWhatIsKnownForTheNextProcess() {
    TaskOutbox task = recover(new CallHistory.Entry(1, 0, true, 1));
    CallHistory.Stored stored = CallHistory.decode(task.history().encode("next", false));
    assertThat(stored.of(0)).isEqualTo(new CallHistory.Entry(2, 1, true, 2));
    assertThat(CallHistory.decode(task.history().encode("next", true)).of(0))
        .as("given up in good order")
        .isEqualTo(new CallHistory.Entry(2, 1, false, 2));

    stage.end("a", Results.serverError());
    assertThat(task.history().encode("p", false)).isNotEqualTo(task.history().encode("q", false));
    assertThat(CallHistory.decode(task.history().encode("next", false)).of(0))
        .isEqualTo(new CallHistory.Entry(2, 1, false, 1));

    stage.advance(Duration.ofSeconds(2));
    stage.answer("a");
    assertThat(CallHistory.decode(task.history().encode("next", false)).entries()).isEmpty();
  }

  /**
   * What a dead process knew of three requests that one more death would condemn, at the offsets 0,
   * 1 and 2.
   *
   * @param unknown number of calls of each whose end is not known
   */
  static CallHistory.Stored suspects(int unknown) {
    CallHistory.Entry suspect = new CallHistory.Entry(1, Stage.DEADLY - 2, true, unknown);
    return new CallHistory.Stored(DEAD, Map.of(0L, suspect, 1L, suspect, 2L, suspect));
  }

  private TaskOutbox recover(CallHistory.Entry entry) {
    stage.before = new CallHistory.Stored(DEAD, Map.of(0L, entry));
    TaskOutbox task = stage.open();
    stage.recover(task, 0, "a", Progress.NONE);
    return task;
  }
}
