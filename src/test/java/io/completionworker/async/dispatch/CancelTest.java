// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static io.completionworker.fixtures.SampleControls.batch;
import static io.completionworker.fixtures.SampleControls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.config.BreakerConfig;
import io.completionworker.control.Selector;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleControls;
import io.completionworker.metrics.RequestMeters;
import io.micrometer.core.instrument.FunctionCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cancelled request ends with one outcome, whatever it is doing. */
class CancelTest {

  private final Stage stage = new Stage(1, true);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldSayWhoCancelledARequestAndWhy() {
    occupyTheSlot();
    stage.accept(task, 1, "a");

    stage.cancel(request("a"));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
    assertThat(stage.codec.messages())
        .containsExactly("Cancelled by ops (wrong file) with control cancel-1");
  }

  @Test
  void shouldCloseOpenCallsBeforeItEndsWhatWaits() {
    stage.accept(task, 21, "open");
    for (int offset = 1; offset <= 20; offset++) {
      stage.accept(task, offset, "waits " + offset);
    }

    List<Integer> ended = new ArrayList<>();
    stage.client.whenCancelled(() -> ended.add(stage.codec.messages().size()));

    stage.cancel(Selector.ALL);

    assertThat(ended).as("ended before the call was closed").containsExactly(0);
    assertThat(stage.emitted(task)).hasSize(21);
  }

  @Test
  void shouldLeaveTheRequestsThatAreNotSelected() {
    occupyTheSlot();
    stage.accept(task, 1, "batch:b:1:x");
    stage.accept(task, 2, "batch:c:1:x");

    stage.cancel(batch("b"));
    stage.answer("open");

    assertThat(stage.emitted(task)).containsExactly("batch:b:1:x CANCELLED", "open attempts 1");
    assertThat(stage.client.open()).containsExactly("batch:c:1:x");
  }

  @Test
  void shouldEndAsSoonAsItIsReadARequestThatCouldNotBeRead() {
    stage.codec.registryDown(true);
    stage.accept(task, 0, "a");
    stage.cancel(request("a"));
    assertThat(stage.emitted(task)).isEmpty();

    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
    assertThat(stage.client.started()).isEmpty();
  }

  @Test
  void shouldEndARequestThatWaitsForAnEarlierOneOfItsKey() {
    stage.accept(task, 0, "key", "a", false);
    stage.accept(task, 1, "key", "b", false);
    stage.accept(task, 2, "key", "c", false);

    stage.cancel(request("b"));

    assertThat(stage.emitted(task)).containsExactly("b CANCELLED");
    stage.answer("a");
    stage.answer("c");
    assertThat(stage.emitted(task)).containsExactly("a attempts 1", "c attempts 1");
  }

  @Test
  void shouldGiveTheTurnOfItsKeyToTheNextRequest() {
    occupyTheSlot();
    stage.accept(task, 1, "key", "a", false);
    stage.accept(task, 2, "key", "b", false);

    stage.cancel(request("a"));
    stage.answer("open");

    assertThat(stage.client.open()).containsExactly("b");
  }

  @Test
  void shouldDrainABacklogThatIsParkedBehindOtherRequestsOfItsLane() {
    Stage small = new Stage(1, false, 2, false);
    TaskOutbox own = small.open();
    small.accept(own, 0, "open");
    small.accept(own, 1, "waits");
    for (int line = 1; line <= 200; line++) {
      small.accept(own, 1 + line, "batch:b:" + line + ":x");
    }
    small.accept(own, 300, "after");
    assertThat(small.quota.parked()).isEqualTo(201);

    small.cancel(batch("b"));

    assertThat(small.emitted(own)).hasSize(200).allMatch(text -> text.endsWith("x CANCELLED"));
    assertThat(small.quota.parked()).as("the one after them keeps its place").isEqualTo(1);
    small.answer("open");
    small.answer("waits");
    small.answer("after");
    assertThat(small.client.started()).containsExactly("open", "waits", "after");
  }

  @Test
  void shouldReadParkedRequestsOnceForACancellationAndNotForOtherControls() {
    Stage small = new Stage(1, false, 1, false);
    TaskOutbox own = small.open();
    for (int i = 0; i < 100; i++) {
      small.accept(own, i, "r" + i);
    }
    small.cancel(batch("b"));
    long before = small.codec.reads();

    small.control(SampleControls.pause("pause-1", batch("b")));
    small.control(SampleControls.limit("limit-1", 10));
    small.withdraw("pause-1");

    assertThat(small.codec.reads()).isEqualTo(before);
  }

  @Test
  void shouldEndARequestThatWaitsForASlot() {
    occupyTheSlot();
    stage.accept(task, 1, "a");
    stage.accept(task, 2, "b");

    stage.cancel(request("a"));
    stage.answer("open");

    assertThat(stage.client.started()).containsExactly("open", "b");
    assertThat(stage.emitted(task)).containsExactly("a CANCELLED", "open attempts 1");
  }

  @Test
  void shouldEndARequestThatWaitsForItsNextAttempt() {
    stage.accept(task, 0, "a");
    stage.end("a", Results.serverError());

    stage.cancel(request("a"));
    stage.advance(Duration.ofSeconds(5));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
    assertThat(stage.client.started()).containsExactly("a");
  }

  @Test
  void shouldEndARequestWhoseTaskHasNoLease() {
    stage.loop.advance(Stage.LEASE.plusSeconds(1));
    stage.accept(task, 0, "a");

    stage.cancel(request("a"));
    stage.advance(Duration.ofSeconds(5));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
    assertThat(stage.client.started()).isEmpty();
  }

  @Test
  void shouldCutAnOpenCallAndCountThatItMayBeBilled() {
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "b");

    stage.cancel(request("a"));

    assertThat(stage.client.cancelled()).containsExactly("a");
    assertThat(stage.client.open()).as("the slot is free").containsExactly("b");
    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
    assertThat(stage.codec.accounted()).extracting(Attempt::number).containsExactly(1);
    assertThat(stage.dispatcher.drained()).isFalse();
  }

  @Test
  void shouldCountNoAttemptThatWasNotSent() {
    stage.client.cannotCancel();
    stage.accept(task, 0, "a");

    stage.cancel(request("a"));
    stage.end("a", Results.cancelled(false));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
    assertThat(stage.codec.accounted()).isEmpty();
  }

  @Test
  void shouldKeepTheAnswerThatWasThereBeforeTheCallWasCut() {
    stage.client.cannotCancel();
    stage.accept(task, 0, "a");

    stage.cancel(request("a"));
    stage.answer("a");

    assertThat(stage.emitted(task)).containsExactly("a attempts 1");
  }

  @Test
  void shouldKeepTheFailureThatEndsARequestAnyway() {
    stage.client.cannotCancel();
    stage.accept(task, 0, "a");

    stage.cancel(request("a"));
    stage.end("a", Results.badRequest());

    assertThat(stage.emitted(task)).containsExactly("a BAD_REQUEST");
  }

  @Test
  void shouldNotTryAgainWhatWasCancelledBeforeItsAttemptFailed() {
    stage.client.cannotCancel();
    stage.accept(task, 0, "a");
    stage.cancel(request("a"));
    stage.end("a", Results.serverError());
    stage.accept(task, 1, "b");
    stage.cancel(request("b"));
    stage.end("b", Results.unauthorized());

    stage.advance(Duration.ofMinutes(1));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED", "b CANCELLED");
    assertThat(stage.client.started()).containsExactly("a", "b");
  }

  @Test
  void shouldEndAfterItsUsageRowARequestWhoseAttemptMayBeBilled() {
    stage.accept(task, 0, "a");
    stage.codec.registryDown(true);
    stage.end("a", Results.billed());

    stage.cancel(request("a"));
    assertThat(stage.emitted(task)).isEmpty();
    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(5));

    assertThat(stage.emitted(task)).containsExactly("a row 1", "a CANCELLED");
    assertThat(stage.client.started()).containsExactly("a");
  }

  @Test
  void shouldKeepAnOutcomeThatIsNotWrittenOrNotCommittedYet() {
    stage.accept(task, 0, "written");
    stage.answer("written");
    stage.codec.registryDown(true);
    stage.advance(Duration.ofSeconds(2));
    stage.codec.registryDown(false);
    stage.accept(task, 1, "waits");
    stage.codec.registryDown(true);
    stage.answer("waits");

    stage.cancel(SampleControls.request("written"));
    stage.cancel(SampleControls.request("waits"));
    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(5));

    assertThat(stage.emitted(task)).containsExactly("written attempts 1", "waits attempts 1");
  }

  @Test
  void shouldKeepTheOutcomeOfARequestThatWaitsForItsTurnToFail() {
    stage.accept(task, 0, "key", "a", false);
    stage.accept(task, 1, "key", "garbage", false);

    stage.cancel(Selector.ALL);

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED", "SerializationException");
  }

  @Test
  void shouldEndRequestsThatAreReadLaterButNotThoseThatArePublishedLater() {
    stage.advance(Duration.ofMinutes(2));
    stage.control(SampleControls.cancel("cancel-1", batch("b"), stage.loop.millis()));
    stage.accept(task, 0, "batch:b:1:after");
    stage.inTopic = Duration.ofMinutes(1);
    stage.accept(task, 1, "batch:b:2:before");
    stage.recover(task, 2, "batch:b:3:stored", Progress.NONE);

    assertThat(stage.emitted(task))
        .containsExactly("batch:b:2:before CANCELLED", "batch:b:3:stored CANCELLED again");
    assertThat(stage.client.started()).containsExactly("batch:b:1:after");
  }

  @Test
  void shouldCancelRatherThanFailAtADeadlineThatHasPassedToo() {
    stage.cancel(request("a"));
    stage.inTopic = Duration.ofMillis(10);
    stage.accept(task, 0, "a!" + stage.loop.millis());

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
  }

  @Test
  void shouldNotBringBackByWithdrawingWhatIsAboutToEnd() {
    stage.client.cannotCancel();
    stage.accept(task, 0, "a");
    stage.cancel(request("a"));
    stage.withdraw("cancel-1");

    stage.end("a", Results.serverError());

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
  }

  @Test
  void shouldSayNothingAboutTheEndpoint() {
    BreakerConfig sensitive = new BreakerConfig(10, 10, 2, Duration.ofSeconds(20), 1);
    Stage watched = new Stage(20, false, Stage.holdWithBrake(0.1), sensitive);
    watched.retries.watch(watched.registry);
    TaskOutbox own = watched.open();
    for (int i = 0; i < 20; i++) {
      watched.accept(own, i, "batch:b:" + (i + 1) + ":x");
    }

    watched.cancel(batch("b"));
    watched.accept(own, 20, "a");
    watched.answer("a");

    assertThat(watched.emitted(own)).hasSize(21).contains("a attempts 1");
    assertThat(watched.registry.find(RequestMeters.RETRIES.name()).counters()).isEmpty();
    assertThat(watched.registry.get("resilience4j.retry.calls").functionCounters())
        .as("only the answer is counted")
        .extracting(FunctionCounter::count)
        .containsExactlyInAnyOrder(1.0, 0.0, 0.0, 0.0);
    assertThat(watched.room.taken()).isZero();
  }

  @Test
  void shouldTakeACancelledProbeForNoAnswerOfTheAccount() {
    stage.accept(task, 0, "a");
    stage.end("a", Results.unauthorized());
    stage.advance(Duration.ofSeconds(10));
    assertThat(stage.client.open()).as("it probes").containsExactly("a");
    stage.accept(task, 1, "b");

    stage.cancel(request("a"));
    assertThat(stage.client.open()).isEmpty();
    stage.advance(Duration.ofSeconds(20));

    assertThat(stage.client.open()).as("the next probe").containsExactly("b");
  }

  @Test
  void shouldEndWithARowForEachCallEvenIfOneCameFromAnEarlierProcess() {
    stage.recover(task, 0, "a", new Progress(1, 1));
    stage.cancel(request("a"));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED again");
    assertThat(stage.codec.accounted()).extracting(Attempt::number).containsExactly(2);
  }

  @Test
  void shouldTakeAClientsOwnCancellationForAFailure() {
    stage.accept(task, 0, "a");

    stage.end("a", Results.rejected(FailureReason.CANCELLED, Disposition.FAIL, null));

    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
  }

  private void occupyTheSlot() {
    stage.accept(task, 0, "open");
  }
}
