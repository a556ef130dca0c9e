// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdoptionTest {

  private final Stage stage = new Stage(4, false);

  @Test
  void shouldAdoptARunningCallWhenItsPartitionComesBack() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);
    stage.answer("a");

    assertThat(stage.client.started()).containsExactly("a");
    assertThat(stage.emitted(before)).isEmpty();
    assertThat(stage.emitted(after)).containsExactly("a attempts 1");
  }

  @Test
  void shouldAdoptAnAnswerThatWasNotEmitted() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.answer("a");
    stage.close(before);

    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);

    assertThat(stage.client.started()).containsExactly("a");
    assertThat(stage.emitted(after)).containsExactly("a attempts 1");
  }

  @Test
  void shouldAdoptAnAnswerThatCameWhileNobodyOwnedIt() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.close(before);
    stage.answer("a");

    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);

    assertThat(stage.emitted(after)).containsExactly("a attempts 1");
  }

  @Test
  void shouldDropAnAnswerThatNobodyComesFor() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    TaskOutbox another = stage.open();
    stage.close(before);
    stage.answer("a");
    stage.advance(Duration.ofMinutes(3));
    assertThat(stage.forwarded(another)).isEmpty();

    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);

    assertThat(stage.client.started()).containsExactly("a", "a");
  }

  @Test
  void shouldKeepItsSlotUntilACallOfATaskThatHasGoneEnds() {
    Stage narrow = new Stage(1, false);
    TaskOutbox before = narrow.open();
    narrow.accept(before, 0, "a");
    narrow.close(before);

    TaskOutbox other = narrow.open();
    narrow.accept(other, 7, "b");
    assertThat(narrow.client.open()).containsExactly("a");
    narrow.answer("a");

    assertThat(narrow.client.open()).containsExactly("b");
  }

  @Test
  void shouldCallAgainWhatOnlyWaitedWhenItsTaskWent() {
    Stage narrow = new Stage(1, false);
    TaskOutbox before = narrow.open();
    narrow.accept(before, 0, "a");
    narrow.accept(before, 1, "b");
    narrow.close(before);

    TaskOutbox after = narrow.open();
    narrow.accept(after, 0, null, "a", true);
    narrow.accept(after, 1, null, "b", true);
    narrow.answer("a");
    narrow.answer("b");

    assertThat(narrow.client.started()).containsExactly("a", "b");
    assertThat(narrow.emitted(after)).containsExactly("a attempts 1", "b attempts 1 again");
  }

  @Test
  void shouldOfferAgainWhatWasForwardedAndNotCommitted() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.answer("a");
    assertThat(stage.forwarded(before)).containsExactly("a attempts 1");
    stage.close(before);
    stage.end(false);

    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);

    assertThat(stage.client.started()).as("paid for once").containsExactly("a");
    assertThat(stage.forwarded(after)).containsExactly("a attempts 1");
    stage.end(true);
  }

  @Test
  void shouldNotPayAgainHoweverOftenTheTransactionIsAborted() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.answer("a");
    for (int aborts = 0; aborts < 50; aborts++) {
      assertThat(stage.forwarded(task)).containsExactly("a attempts 1");
      stage.close(task);
      stage.end(false);
      task = stage.open();
      // Whether its acceptance was committed or not: from the store or from the topic.
      stage.accept(task, 0, null, "a", aborts % 2 == 0);
    }

    assertThat(stage.client.started()).containsExactly("a");
    assertThat(stage.emitted(task)).containsExactly("a attempts 1");
  }

  @Test
  void shouldForgetNothingThatALaterTransactionOfItsThreadDoesNotHave() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.answer("a");
    stage.forwarded(before);
    stage.close(before);
    stage.end(false);

    TaskOutbox after = stage.open();
    stage.end(true); // of something else
    stage.accept(after, 0, null, "a", true);

    assertThat(stage.forwarded(after)).containsExactly("a attempts 1");
  }

  @Test
  void shouldCountAnOutcomeWhenItIsCommitted() {
    TaskOutbox task = stage.open();
    stage.accept(task, 0, "a");
    stage.answer("a");
    stage.forwarded(task);
    assertThat(stage.outcomes()).isZero();

    stage.end(true);

    assertThat(stage.outcomes()).isEqualTo(1);
  }

  @Test
  void shouldKeepAnAnswerForAsLongAsNoTaskIsThere() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.answer("a");
    stage.close(before);
    stage.advance(Duration.ofMinutes(30)); // the brokers are gone for so long

    TaskOutbox after = stage.open();
    stage.accept(after, 0, null, "a", true);

    assertThat(stage.client.started()).containsExactly("a");
    assertThat(stage.emitted(after)).containsExactly("a attempts 1");
  }

  @Test
  void shouldNotRetryForATaskThatHasGone() {
    TaskOutbox before = stage.open();
    stage.accept(before, 0, "a");
    stage.close(before);
    stage.end("a", Results.serverError());
    stage.advance(Duration.ofMinutes(1));

    assertThat(stage.client.started()).containsExactly("a");
    assertThat(stage.dispatcher.drained()).isTrue();
  }

  @Test
  void shouldNotLetATaskThatLostItsPartitionTakeACallBack() {
    TaskOutbox zombie = stage.open();
    TaskOutbox owner = stage.open();
    stage.accept(owner, 0, "a");

    stage.accept(zombie, 0, "a");
    stage.close(zombie);
    stage.answer("a");

    assertThat(stage.client.started()).containsExactly("a");
    assertThat(stage.emitted(owner)).containsExactly("a attempts 1");
  }

  @Test
  void shouldStartNoCallForATaskThatIsClosing() {
    Stage ordered = new Stage(4, true);
    TaskOutbox task = ordered.open();
    ordered.accept(task, 0, "k", "a", false);
    ordered.accept(task, 1, "k", "b", false);
    ordered.end("a", Results.serverError());

    ordered.close(task);
    ordered.advance(Duration.ofSeconds(2));

    assertThat(ordered.client.started()).containsExactly("a");
  }

  @Test
  void shouldAdoptAnAnswerThoughAnotherRequestOfItsKeyIsCalledAfterIt() {
    Stage ordered = new Stage(4, true);
    TaskOutbox before = ordered.open();
    ordered.accept(before, 0, "k", "a", false);
    ordered.accept(before, 1, "k", "b", false);
    ordered.answer("a");
    ordered.close(before);

    TaskOutbox after = ordered.open();
    ordered.accept(after, 0, "k", "a", true);
    ordered.accept(after, 1, "k", "b", true);
    ordered.answer("b");

    assertThat(ordered.client.started()).containsExactly("a", "b");
    assertThat(ordered.emitted(after)).containsExactly("a attempts 1", "b attempts 1");
  }
}
