// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DispatcherTest {

  private final Stage stage = new Stage(2, false);

  @Test
  void shouldOfferOneOutcomeForEachRequest() {
    TaskOutbox task = stage.open();

    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.answer("a");
    stage.answer("b");

    assertThat(stage.emitted(task)).containsExactly("a attempts 1", "b attempts 1");
  }

  @Test
  void shouldOpenNoMoreCallsThanItHasSlots() {
    TaskOutbox task = stage.open();

    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.accept(task, 2, "c");

    assertThat(stage.client.open()).containsExactly("a", "b");
    stage.answer("a");
    assertThat(stage.client.open()).containsExactly("b", "c");
  }

  @Test
  void shouldHoldNoSlotWhileARequestWaitsForItsNextAttempt() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.accept(task, 2, "c");

    stage.end("a", Results.serverError());

    assertThat(stage.client.open()).containsExactly("b", "c");
    stage.answer("b");
    stage.advance(Duration.ofSeconds(1));
    assertThat(stage.client.open()).containsExactly("c", "a");
  }

  @Test
  void shouldFailARequestWhoseAttemptsAreUsedUp() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");

    for (int i = 0; i < Stage.MAX_ATTEMPTS; i++) {
      stage.end("a", Results.serverError());
      stage.advance(Duration.ofSeconds(1));
    }

    assertThat(stage.emitted(task)).containsExactly("a SERVER_ERROR");
    assertThat(stage.client.started()).hasSize(Stage.MAX_ATTEMPTS);
  }

  @Test
  void shouldFailAtOnceWhatIsTheRequestsFault() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");

    stage.end("a", Results.badRequest());

    assertThat(stage.emitted(task)).containsExactly("a BAD_REQUEST");
  }

  @Test
  void shouldUseUpNoAttemptOnAFaultOfTheAccount() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");

    for (int i = 0; i < 3 * Stage.MAX_ATTEMPTS; i++) {
      stage.end("a", Results.unauthorized());
      stage.advance(Duration.ofMinutes(6));
    }
    stage.answer("a");

    assertThat(stage.emitted(task)).singleElement().asString().startsWith("a attempts");
  }

  @Test
  void shouldNotLetOneCredentialOnHoldStopAnother() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a@broken");
    stage.end("a", Results.unauthorized());

    stage.accept(task, 1, "b@broken");
    stage.accept(task, 2, "c@sound");

    assertThat(stage.client.open()).containsExactly("c");
  }

  @Test
  void shouldCoolTheWholeCredentialDownForAsLongAsTheServerAsks() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.end("a", Results.rateLimited(Duration.ofSeconds(20)));

    stage.accept(task, 1, "b");
    stage.advance(Duration.ofSeconds(19));
    assertThat(stage.client.open()).isEmpty();

    stage.advance(Duration.ofSeconds(1));
    assertThat(stage.client.open()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void shouldFailAtItsDeadlineARequestThatWaits() {
    TaskOutbox task = stage.open();
    long deadline = stage.loop.millis() + 5_000;
    stage.accept(task, 0, "a");
    stage.end("a", Results.unauthorized());
    stage.accept(task, 1, "b!" + deadline);

    stage.advance(Duration.ofMillis(4_500));
    assertThat(stage.emitted(task)).isEmpty();
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.emitted(task)).containsExactly("b DEADLINE_EXCEEDED");
  }

  @Test
  void shouldNotWaitForAnAttemptThatWouldComeAfterTheDeadline() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a!" + (stage.loop.millis() + 5_000));

    stage.end("a", Results.rateLimited(Duration.ofSeconds(6)));

    assertThat(stage.emitted(task)).containsExactly("a DEADLINE_EXCEEDED");
  }

  @Test
  void shouldMakeADeadLetterOfWhatCannotBeReadEver() {
    TaskOutbox task = stage.open();

    stage.accept(task, 0, "garbage");
    stage.accept(task, 1, "bug");

    assertThat(stage.emitted(task))
        .containsExactly("SerializationException", "java.lang.IllegalStateException");
  }

  @Test
  void shouldStartNoCallForATaskThatIsNotSeenRunning() {
    TaskOutbox task = stage.open();
    stage.loop.advance(Stage.LEASE.plusMillis(1));

    stage.accept(task, 0, "a");
    assertThat(stage.client.open()).isEmpty();
    task.seen(stage.loop.nanos());
    stage.loop.advance(Duration.ofSeconds(1));

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldStartCallsWhileThePausedThreadsGoOnPolling() {
    TaskOutbox task = stage.open();
    stage.loop.advance(Stage.LEASE.multipliedBy(10));
    stage.lease.alive(stage.loop.nanos());
    stage.accept(task, 0, "a");
    assertThat(stage.client.open()).containsExactly("a");

    stage.loop.advance(Stage.LEASE.plusMillis(1));
    stage.accept(task, 1, "b");
    assertThat(stage.client.open()).as("nothing was seen to poll since").containsExactly("a");
  }

  @Test
  void shouldNotTakeAnAnswerFromBeforeAHoldForItsEnd() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "before");
    stage.accept(task, 1, "refused");
    stage.end("refused", Results.unauthorized());
    stage.answer("before");

    stage.accept(task, 2, "after");

    assertThat(stage.client.open()).isEmpty();
  }

  @Test
  void shouldNotLetOneRequestBeEveryProbe() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.end("a", Results.unauthorized());
    stage.accept(task, 1, "b");
    stage.advance(Duration.ofSeconds(11));
    assertThat(stage.client.open()).hasSize(1);
    String first = stage.client.open().get(0);
    stage.end(first, Results.unauthorized());

    stage.advance(Duration.ofSeconds(21));

    assertThat(stage.client.open()).hasSize(1).doesNotContain(first);
  }

  @Test
  void shouldUseUpNoAttemptOnAProbe() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.end("a", Results.unauthorized());

    for (int i = 0; i < 3 * Stage.MAX_ATTEMPTS; i++) {
      stage.advance(Duration.ofMinutes(6));
      stage.end("a", Results.serverError());
    }
    stage.advance(Duration.ofMinutes(6));
    stage.answer("a");

    assertThat(stage.emitted(task)).containsExactly("a attempts 1");
  }

  @Test
  void shouldStartNothingAnyMoreWhenItDrains() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");
    stage.accept(task, 2, "c");

    stage.dispatcher.drain();
    stage.loop.run();
    assertThat(stage.dispatcher.drained()).isFalse();
    stage.answer("a");
    stage.answer("b");

    assertThat(stage.client.started()).containsExactly("a", "b");
    assertThat(stage.dispatcher.drained()).isTrue();
    assertThat(stage.emitted(task)).hasSize(2);
  }

  @Test
  void shouldTakeEveryReasonThatAClientMayGive() {
    TaskOutbox task = stage.open();
    List<FailureReason> reasons = List.of(FailureReason.values());

    for (int i = 0; i < reasons.size(); i++) {
      stage.accept(task, i, "r" + i);
      stage.end("r" + i, Results.rejected(reasons.get(i), Disposition.FAIL, null));
      stage.dispatcher.committed(List.of(new RecordPosition("requests", 0, i)));
    }

    assertThat(stage.emitted(task)).hasSize(reasons.size());
  }
}
