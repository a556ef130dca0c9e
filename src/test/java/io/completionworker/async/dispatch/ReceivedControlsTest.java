// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static io.completionworker.fixtures.SampleControls.request;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.ControlsView.Unreadable;
import io.completionworker.control.Selector;
import io.completionworker.fixtures.CapturedLog;
import io.completionworker.fixtures.SampleControls;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the records of the topic of controls. */
class ReceivedControlsTest {

  private final Stage stage = new Stage(2, false);
  private final TaskOutbox task = stage.open();

  @Test
  void shouldStartNoCallWhileAControlCannotBeRead() {
    stage.accept(task, 0, "open");
    stage.codec.controlsUnreadable(true);
    stage.cancel(request("a"));
    stage.accept(task, 1, "a");
    stage.accept(task, 2, "b");
    stage.advance(Duration.ofMinutes(1));
    assertThat(stage.client.open()).containsExactly("open");
    assertThat(stage.dispatcher.notReadyReasons())
        .containsExactly("control cancel-1 cannot be read yet: the registry is down");
    assertThat(stage.coding.registryMissed()).isTrue();

    stage.codec.controlsUnreadable(false);
    stage.advance(Duration.ofSeconds(1));

    assertThat(stage.client.open()).containsExactly("open", "b");
    assertThat(stage.dispatcher.notReadyReasons()).isEmpty();
    assertThat(stage.emitted(task)).containsExactly("a CANCELLED");
  }

  @Test
  void shouldGoOnWhenAnUnreadControlIsWithdrawn() {
    stage.codec.controlsUnreadable(true);
    stage.cancel(request("a"));
    stage.accept(task, 0, "a");
    assertThat(stage.client.open()).isEmpty();

    stage.withdraw("cancel-1");

    assertThat(stage.client.open()).containsExactly("a");
    assertThat(stage.dispatcher.notReadyReasons()).isEmpty();
  }

  @Test
  void shouldGoByTheNewestRecordOfAnIdThoughItIsReadLater() {
    stage.control(SampleControls.pause("pause-1", Selector.ALL));
    stage.codec.controlsUnreadable(true);
    stage.control(SampleControls.pause("pause-1", request("other")));
    stage.control(SampleControls.pause("pause-1", request("a")));
    stage.codec.controlsUnreadable(false);
    stage.advance(Duration.ofSeconds(3));
    stage.accept(task, 0, "a");
    stage.accept(task, 1, "other");

    assertThat(stage.client.open()).containsExactly("other");
    assertThat(stage.dispatcher.controls().active())
        .containsExactly(SampleControls.pause("pause-1", request("a")));
  }

  @Test
  void shouldNotLetAControlComeBackThatIsReadAfterItsWithdrawal() {
    stage.codec.controlsUnreadable(true);
    stage.control(SampleControls.pause("pause-1", Selector.ALL));
    stage.withdraw("pause-1");
    stage.codec.controlsUnreadable(false);
    stage.advance(Duration.ofSeconds(3));

    stage.accept(task, 0, "a");

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldIgnoreARecordThatIsNoControlInPlaceOfTheOneBefore() {
    stage.control(SampleControls.pause("pause-1", Selector.ALL));
    stage.accept(task, 0, "a");
    try (CapturedLog log = new CapturedLog(ReceivedControls.class)) {
      stage.dispatcher.control(new ControlRecord("pause-1", new byte[] {1}, List.of()));
      stage.loop.run();

      assertThat(log.events())
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly(
              "Control pause-1 is ignored, since it cannot be read: kind: is not known");
    }
    assertThat(stage.client.open()).containsExactly("a");
    assertThat(stage.dispatcher.controls().active()).isEmpty();
    assertThat(stage.dispatcher.controls().unreadable())
        .containsExactly(new Unreadable("pause-1", "kind: is not known"));

    stage.withdraw("pause-1");
    assertThat(stage.dispatcher.controls().unreadable()).isEmpty();
  }

  @Test
  void shouldHandOnTheLimitsThatHoldWhenTheyChange() {
    Control.Limit slow = SampleControls.limit("limit-1", 10);
    Control.Limit slower = SampleControls.limit("limit-1", 5);
    stage.control(slow);
    stage.control(slow);
    stage.control(SampleControls.pause("pause-1", Selector.ALL));
    stage.control(slower);
    stage.withdraw("limit-1");

    assertThat(stage.limits).containsExactly(List.of(slow), List.of(slower), List.of());
  }

  @Test
  void shouldDropAControlThatHasExpiredBeforeItCame() {
    stage.control(SampleControls.pause("pause-1", Selector.ALL, stage.loop.millis()));
    stage.accept(task, 0, "a");

    assertThat(stage.client.open()).containsExactly("a");
    assertThat(stage.dispatcher.controls().active()).isEmpty();
  }

  @Test
  void shouldNameAFewOfManyControlsThatCannotBeRead() {
    stage.codec.controlsUnreadable(true);
    for (int i = 1; i <= 5; i++) {
      stage.control(SampleControls.pause("pause-" + i, Selector.ALL));
    }

    assertThat(stage.dispatcher.notReadyReasons())
        .containsExactly(
            "control pause-1 cannot be read yet: the registry is down",
            "control pause-2 cannot be read yet: the registry is down",
            "control pause-3 cannot be read yet: the registry is down",
            "2 more controls cannot be read yet");
  }
}
