// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static io.completionworker.fixtures.SampleControls.batch;
import static io.completionworker.fixtures.SampleControls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.control.Selector;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleControls;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A paused request is not called, and delays no other request. */
class PauseTest {

  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private final Stage stage = new Stage(1, true);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldCallOtherRequestsOfItsLaneMeanwhile() {
    pause(batch("b"));
    stage.accept(task, 0, "batch:b:1:x");
    stage.accept(task, 1, "a");

    assertThat(stage.client.open()).containsExactly("a");
    assertThat(stage.dispatcher.inFlight()).as("a paused one has no slot").isEqualTo(1);
    stage.answer("a");
    stage.advance(Duration.ofHours(1));
    assertThat(stage.client.open()).isEmpty();
  }

  @Test
  void shouldKeepItsPlaceInItsLane() {
    stage.accept(task, 0, "open");
    stage.accept(task, 1, "first");
    stage.accept(task, 2, "batch:b:1:x");
    stage.accept(task, 3, "batch:b:2:x");
    stage.accept(task, 4, "last");
    pause(batch("b"));
    stage.answer("open");
    stage.answer("first");
    assertThat(stage.client.open()).containsExactly("last");
    stage.accept(task, 5, "later");

    stage.withdraw("pause-1");
    stage.answer("last");
    stage.answer("batch:b:1:x");
    stage.answer("batch:b:2:x");

    assertThat(stage.client.open()).containsExactly("later");
  }

  @Test
  void shouldStayWhereItIsIfItsTurnHasNotCome() {
    stage.accept(task, 0, "open");
    stage.accept(task, 1, "first");
    stage.accept(task, 2, "a");
    stage.accept(task, 3, "last");
    pause(request("a"));
    stage.withdraw("pause-1");

    stage.answer("open");
    stage.answer("first");
    stage.answer("a");

    assertThat(stage.client.open()).containsExactly("last");
  }

  @Test
  void shouldGiveItsPlaceAmongThoseAtHandToOthersAndComeBackBeforeThem() {
    Stage small = new Stage(1, false, 2, false);
    TaskOutbox own = small.open();
    small.accept(own, 0, "open");
    for (int line = 1; line <= 100; line++) {
      small.accept(own, line, "batch:b:" + line + ":x");
    }
    for (int i = 1; i <= 100; i++) {
      small.accept(own, 100 + i, "r" + i);
    }
    small.control(SampleControls.pause("pause-1", batch("b")));
    small.answer("open");
    small.answer("r1");
    assertThat(small.client.started()).containsExactly("open", "r1", "r2");

    small.withdraw("pause-1");
    small.answer("r2");
    assertThat(small.client.open()).as("it was decoded already").containsExactly("r3");
    small.answer("r3");
    for (int line = 1; line <= 100; line++) {
      small.answer("batch:b:" + line + ":x");
    }

    assertThat(small.client.open()).containsExactly("r4");
  }

  @Test
  void shouldLetOpenCallsGoOnAndWaitBeforeTheNextAttempt() {
    stage.accept(task, 0, "a");
    pause(request("a"));
    assertThat(stage.client.cancelled()).isEmpty();

    stage.end("a", Results.serverError());
    stage.advance(Duration.ofMinutes(1));
    assertThat(stage.client.open()).isEmpty();
    stage.withdraw("pause-1");

    assertThat(stage.client.open()).containsExactly("a");
    stage.answer("a");
    assertThat(stage.emitted(task)).containsExactly("a attempts 2");
  }

  @Test
  void shouldKeepTheTurnOfItsKey() {
    pause(request("a"));
    stage.accept(task, 0, "key", "a", false);
    stage.accept(task, 1, "key", "b", false);
    stage.accept(task, 2, "c");
    stage.answer("c");
    assertThat(stage.client.open()).isEmpty();

    stage.withdraw("pause-1");
    stage.answer("a");
    stage.answer("b");

    assertThat(stage.emitted(task)).containsExactly("c attempts 1", "a attempts 1", "b attempts 1");
  }

  @Test
  void shouldEndAtItsDeadlineAndSayWhatPausedIt() {
    pause(request("a"));
    stage.accept(task, 0, "a!" + (stage.loop.millis() + FIVE_SECONDS.toMillis()));

    stage.advance(FIVE_SECONDS.plusSeconds(1));

    assertThat(stage.emitted(task)).containsExactly("a DEADLINE_EXCEEDED");
    assertThat(stage.codec.messages())
        .singleElement()
        .asString()
        .startsWith("The deadline passed after 0 attempts; no more are made. It waited 5")
        .endsWith(
            " s for the end of its pause."
                + " It was paused by ops (wrong file) with control pause-1.");
  }

  @Test
  void shouldSayThatItWasPausedThoughItWaitedLongerForSomethingElse() {
    stage.accept(task, 0, "open");
    stage.accept(task, 1, "a!" + (stage.loop.millis() + FIVE_SECONDS.toMillis()));
    stage.advance(Duration.ofSeconds(4));
    pause(request("a"));

    stage.advance(Duration.ofSeconds(2));

    assertThat(stage.codec.messages())
        .singleElement()
        .asString()
        .contains(" s for a slot ")
        .endsWith(" It was paused by ops (wrong file) with control pause-1.");
  }

  @Test
  void shouldBeCountedAsPausedWhereverItWaits() {
    stage.accept(task, 0, "open");
    stage.accept(task, 1, "batch:b:1:x");
    stage.accept(task, 2, "a");
    pause(batch("b"));
    stage.accept(task, 3, "batch:b:2:x");

    assertThat(count(WaitingFor.PAUSE)).isEqualTo(2);
    assertThat(count(WaitingFor.SLOT)).isEqualTo(1);
    stage.withdraw("pause-1");
    assertThat(count(WaitingFor.PAUSE)).isZero();
    assertThat(count(WaitingFor.SLOT)).isEqualTo(3);
  }

  @Test
  void shouldTellHowLongItWasPaused() {
    stage.accept(task, 0, "open");
    stage.accept(task, 1, "a");
    stage.advance(Duration.ofSeconds(1));
    pause(request("a"));
    stage.advance(Duration.ofSeconds(2));
    stage.answer("open");
    stage.advance(Duration.ofSeconds(3));
    stage.withdraw("pause-1");

    assertThat(stage.tracer.waited()).containsExactly("open: ", "a: slot 1000, pause 5000");
  }

  @Test
  void shouldTellWhatItsLaneWaitsForAfterAPauseThatItDidNotLeaveItsPlaceFor() {
    stage.accept(task, 0, "open");
    stage.accept(task, 1, "a");
    pause(request("a"));
    stage.advance(Duration.ofSeconds(2));
    stage.withdraw("pause-1");
    stage.advance(Duration.ofSeconds(3));
    stage.answer("open");

    assertThat(stage.tracer.waited()).containsExactly("open: ", "a: slot 3000, pause 2000");
  }

  @Test
  void shouldEndByItselfWhenItExpires() {
    stage.control(
        SampleControls.pause(
            "pause-1", request("a"), stage.loop.millis() + FIVE_SECONDS.toMillis()));
    stage.accept(task, 0, "a");
    stage.advance(FIVE_SECONDS.minusMillis(1));
    assertThat(stage.client.open()).isEmpty();

    stage.advance(Duration.ofMillis(1));

    assertThat(stage.client.open()).containsExactly("a");
    assertThat(stage.dispatcher.controls().active()).isEmpty();
  }

  @Test
  void shouldEndByTheClockOnTheWallEvenIfThatIsSet() {
    stage.control(
        SampleControls.pause(
            "pause-1", request("a"), stage.loop.millis() + Duration.ofHours(2).toMillis()));
    stage.accept(task, 0, "a");

    stage.loop.jump(Duration.ofHours(2));
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldGoOnWhileAnotherPauseSelectsItToo() {
    pause(request("a"));
    stage.accept(task, 0, "a");
    stage.control(SampleControls.pause("pause-2", Selector.ALL));

    stage.withdraw("pause-1");
    assertThat(stage.client.open()).isEmpty();
    stage.withdraw("pause-2");

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldNotReadItsRequestsAgainWhenTheSameCommandReplacesIt() {
    pause(batch("b"));
    for (int line = 1; line <= 50; line++) {
      stage.accept(task, line, "batch:b:" + line + ":x");
    }
    long before = stage.codec.reads();

    stage.control(
        SampleControls.pause("pause-1", batch("b"), stage.loop.millis() + FIVE_SECONDS.toMillis()));

    assertThat(stage.codec.reads()).isEqualTo(before);
    stage.advance(FIVE_SECONDS);
    assertThat(stage.client.open()).containsExactly("batch:b:1:x");
  }

  @Test
  void shouldEndWhenItIsCancelled() {
    pause(batch("b"));
    for (int line = 1; line <= 100; line++) {
      stage.accept(task, line, "batch:b:" + line + ":x");
    }

    stage.cancel(request("batch:b:7:x"));
    assertThat(stage.emitted(task)).containsExactly("batch:b:7:x CANCELLED");
    stage.cancel(batch("b"));

    assertThat(stage.emitted(task)).hasSize(99);
    assertThat(stage.client.started()).isEmpty();
    assertThat(count(WaitingFor.PAUSE)).isZero();
  }

  @Test
  void shouldNotTakeTheRoomOfOtherRequests() {
    pause(batch("b"));
    for (int line = 1; line <= 10; line++) {
      stage.accept(task, line, "batch:b:" + line + ":x");
    }
    assertThat(stage.quota.excused()).as("more may be read").isEqualTo(10);

    stage.control(SampleControls.pause("pause-2", Selector.ALL));
    assertThat(stage.quota.excused()).as("all are paused, whatever is read").isZero();
    stage.withdraw("pause-2");
    stage.withdraw("pause-1");

    assertThat(stage.quota.excused()).isZero();
  }

  @Test
  void shouldBeTakenOverByTheNextTaskOfItsPartition() {
    pause(request("a"));
    stage.accept(task, 0, "a");
    stage.close(task);
    TaskOutbox next = stage.open();
    stage.accept(next, 0, null, "a", true);
    assertThat(count(WaitingFor.PAUSE)).isEqualTo(1);

    stage.withdraw("pause-1");
    stage.answer("a");

    assertThat(stage.emitted(next)).containsExactly("a attempts 1 again");
  }

  private void pause(Selector selector) {
    stage.control(SampleControls.pause("pause-1", selector));
  }

  private int count(WaitingFor reason) {
    return stage.dispatcher.waiting().count(reason);
  }
}
