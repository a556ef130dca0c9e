// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.config.BreakerConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was or may have been billed is paid for as often as the attempts allow, and accounted for.
 */
class PaidAttemptsTest {

  private static final BreakerConfig BREAKER =
      new BreakerConfig(50, 10, 4, Duration.ofSeconds(2), 2);

  @Test
  void shouldEndEveryRequestThatIsBilledAndNotAnsweredThoughTheBreakerIsOpen() {
    Stage stage = new Stage(10, false, Stage.holdWithBrake(0), BREAKER);
    TaskOutbox task = stage.open();
    for (int i = 0; i < 40; i++) {
      stage.accept(task, i, "r" + i);
    }

    List<String> emitted = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      endAll(stage, Results.billed());
      stage.advance(Duration.ofSeconds(1));
      emitted.addAll(stage.emitted(task));
    }

    assertThat(stage.client.started()).hasSize(40 * Stage.MAX_ATTEMPTS);
    assertThat(emitted).filteredOn(text -> text.endsWith("INVALID_RESPONSE")).hasSize(40);
    assertThat(emitted).as("the last row comes with the outcome").hasSize(40 * Stage.MAX_ATTEMPTS);
  }

  @ParameterizedTest
  @EnumSource(Disposition.class)
  void shouldUseUpAnAttemptOfEachBilledProbeOfAHold(Disposition disposition) {
    Stage stage = new Stage(1, false, Stage.holdWithBrake(0), Gates.NO_BREAKER);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.end("a", Results.unauthorized());

    for (int i = 0; i < 10; i++) {
      stage.advance(Duration.ofMinutes(6));
      endAll(stage, Results.billed(FailureReason.QUOTA_EXHAUSTED, disposition));
    }

    int paid = disposition == Disposition.FAIL ? 1 : Stage.MAX_ATTEMPTS;
    assertThat(stage.client.started()).hasSize(1 + paid);
    assertThat(stage.emitted(task)).hasSize(paid).last().isEqualTo("a QUOTA_EXHAUSTED");
  }

  @Test
  void shouldEndWhatABrakeHoldsWhenItsAttemptsArePaid() {
    Stage stage = new Stage(1, false, Stage.holdWithBrake(0.9), Gates.NO_BREAKER);
    TaskOutbox task = stage.open();
    AttemptResult denied = Results.billed(FailureReason.GUARDRAIL_DENIED, Disposition.FAIL);
    for (int i = 0; i < 10; i++) {
      stage.accept(task, i, "r" + i);
      stage.end("r" + i, denied);
    }
    stage.emitted(task);
    stage.accept(task, 10, "a");

    for (int i = 0; i < 10; i++) {
      stage.advance(Duration.ofMinutes(6));
      endAll(stage, denied);
    }

    assertThat(stage.client.started()).filteredOn(id -> id.equals("a")).hasSize(3);
    assertThat(stage.emitted(task)).containsExactly("a row 1", "a row 2", "a GUARDRAIL_DENIED");
  }

  @Test
  void shouldNotPayAgainBeforeTheBackoffIsOver() {
    Stage stage = new Stage(10, false, Stage.holdWithBrake(0), BREAKER);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");

    stage.end("a", Results.billed());
    stage.advance(Duration.ofMillis(999));
    assertThat(stage.client.open()).isEmpty();

    stage.advance(Duration.ofMillis(1));
    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldCountWhatUsedUpAnAttemptWithoutBeingBilled() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");

    stage.end("a", Results.serverError());
    stage.advance(Duration.ofSeconds(1));
    stage.end("a", Results.billed());
    stage.advance(Duration.ofSeconds(1));
    stage.end("a", Results.billed());

    assertThat(stage.emitted(task)).containsExactly("a row 2", "a INVALID_RESPONSE");
    stage.advance(Duration.ofMinutes(1));
    assertThat(stage.client.started()).hasSize(3);
  }

  @Test
  void shouldWriteTheRowWhenTheAttemptEndedAndNotAgainWithTheOutcome() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");

    stage.end("a", Results.billed());
    assertThat(stage.emitted(task)).containsExactly("a row 1");

    stage.advance(Duration.ofSeconds(1));
    stage.answer("a");
    assertThat(task.poll()).satisfies(last -> assertThat(last.rows()).hasSize(1));
  }

  @Test
  void shouldCountAnUnansweredAttemptAsBilledThatSaysWhatItUsed() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");

    stage.end("a", Results.unansweredWithUsage());

    assertThat(stage.emitted(task)).containsExactly("a row 1");
  }

  @Test
  void shouldBeginWithWhatTheStoreRemembers() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();

    stage.recover(task, 0, "a", new Progress(2, 2));
    stage.end("a", Results.billed());

    assertThat(stage.emitted(task)).containsExactly("a INVALID_RESPONSE again");
  }

  @Test
  void shouldNotCallWhatHasUsedUpItsAttemptsBeforeARestart() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();

    stage.recover(task, 0, "a", new Progress(Stage.MAX_ATTEMPTS, 1));

    assertThat(stage.client.started()).isEmpty();
    assertThat(stage.emitted(task)).containsExactly("a UNKNOWN again");
  }

  @Test
  void shouldOfferTheRowsAgainToATaskThatComesBack() {
    Stage stage = new Stage(1, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.end("a", Results.billed());
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a", Progress.NONE);
    assertThat(stage.emitted(after)).containsExactly("a row 1");
    stage.end("a", Results.billed());
    stage.advance(Duration.ofSeconds(1));
    stage.end("a", Results.billed());

    assertThat(stage.emitted(after)).containsExactly("a row 2", "a INVALID_RESPONSE again");
  }

  @Test
  void shouldOfferTheRowOfAnAttemptThatEndedWhileNobodyOwnedIt() {
    Stage stage = new Stage(1, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.close(before);
    stage.end("a", Results.billed());

    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a", Progress.NONE);

    assertThat(stage.emitted(after)).containsExactly("a row 1");
    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldOfferTheRowsBeforeTheOutcomeToATaskThatComesBack() {
    Stage stage = new Stage(1, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.end("a", Results.billed());
    stage.advance(Duration.ofSeconds(1));
    stage.answer("a");
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a", Progress.NONE);

    assertThat(stage.emitted(after)).containsExactly("a row 1", "a attempts 2");
  }

  @Test
  void shouldOfferTheRowsAgainAfterAnOutcomeThatWasNotCommitted() {
    Stage stage = new Stage(1, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.end("a", Results.billed());
    stage.advance(Duration.ofSeconds(1));
    stage.answer("a");
    stage.emitted(before);
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a", Progress.NONE);
    stage.answer("a");

    assertThat(stage.emitted(after)).containsExactly("a row 1", "a attempts 2 again");
  }

  @Test
  void shouldForgetRowsThatNobodyComesFor() {
    Stage stage = new Stage(1, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.end("a", Results.billed());
    stage.close(before);
    stage.advance(Duration.ofMinutes(2));

    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a", Progress.NONE);

    assertThat(stage.emitted(after)).isEmpty();
  }

  @Test
  void shouldGoOnFromTheStoreWhenAnotherProcessHasWrittenMore() {
    Stage stage = new Stage(1, false);
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.end("a", Results.billed());
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.recover(after, 0, "a", new Progress(2, 2));
    assertThat(stage.emitted(after)).isEmpty();
    stage.end("a", Results.billed());

    assertThat(stage.emitted(after)).containsExactly("a INVALID_RESPONSE again");
  }

  @Test
  void shouldNotPayAgainBeforeTheRowCanBeWritten() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.codec.registryDown(true);

    stage.end("a", Results.billed());
    stage.advance(Duration.ofMinutes(10));
    assertThat(stage.client.started()).hasSize(1);
    assertThat(stage.dispatcher.drained()).isFalse();

    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(5));
    assertThat(stage.emitted(task)).containsExactly("a row 1");
    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldEndAtItsDeadlineWithItsRowWritten() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a!" + (stage.loop.millis() + 500));
    stage.codec.registryDown(true);
    stage.end("a", Results.billed());
    stage.advance(Duration.ofSeconds(2));

    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.emitted(task)).containsExactly("a row 1", "a DEADLINE_EXCEEDED");
  }

  @Test
  void shouldQueueTheRowBeforeItIsDrained() {
    Stage stage = new Stage(1, false);
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.dispatcher.drain();
    stage.loop.run();

    stage.end("a", Results.billed());
    stage.advance(Duration.ofMinutes(1));

    assertThat(stage.dispatcher.drained()).isTrue();
    assertThat(stage.emitted(task)).containsExactly("a row 1");
    assertThat(stage.client.open()).isEmpty();
  }

  private static void endAll(Stage stage, AttemptResult result) {
    for (String id : stage.client.open()) {
      stage.end(id, result);
    }
  }
}
