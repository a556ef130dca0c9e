// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.codec.DecodingHold;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.config.HoldConfig;
import io.completionworker.fixtures.CapturedLog;
import io.completionworker.fixtures.Gates;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that cannot be decoded: a few of them are dead letters, and nearly all of them wait. */
class DecodingHoldTest {

  private static final String DEAD = "SerializationException";

  /** Of the last ten, more than nine. */
  private static final int WINDOW = 10;

  private final Stage stage = new Stage(200, false, Stage.holdWithBrake(0.9), Gates.NO_BREAKER);
  private final TaskOutbox task = stage.open();
  private long offset;

  @Test
  void shouldWaitWithTheRestAndGoOnWhenOneCanBeDecoded() {
    stage.codec.schemasLost(true);
    accept(100, "lost-");
    assertThat(stage.emitted(task)).hasSize(WINDOW - 1).containsOnly(DEAD);
    assertThat(held().records()).isEqualTo(100 - WINDOW + 1);
    assertThat(held().why())
        .isEqualTo(
            "10 of the last 10 records could not be decoded, the last one because of " + DEAD);
    assertThat(held().probeAtMillis() - held().sinceMillis()).isEqualTo(10_000);

    stage.advance(Duration.ofMinutes(30));
    assertThat(stage.emitted(task)).as("however long it takes").isEmpty();

    stage.codec.schemasLost(false);
    stage.advance(Duration.ofMinutes(5));

    assertThat(stage.client.open()).hasSize(100 - WINDOW + 1);
    assertThat(stage.hold.now()).isEmpty();
  }

  @Test
  void shouldAskEverMoreRarelyUntilSomethingChanges() {
    stage.codec.schemasLost(true);
    accept(50, "lost-");
    long before = stage.codec.reads();
    stage.advance(Duration.ofMinutes(30));
    assertThat(stage.codec.reads() - before).isBetween(5L, 12L);

    stage.codec.schemasLost(false);
    accept(1, "new-");
    stage.advance(Duration.ofSeconds(10));

    assertThat(stage.client.open())
        .as("a new one could be decoded, so others may be, too")
        .hasSize(42);
  }

  @Test
  void shouldLetAFewBadRecordsBeDeadLetters() {
    for (int i = 0; i < 10; i++) {
      accept(1, "good-");
      garbage(WINDOW - 2);
    }
    assertThat(stage.emitted(task)).hasSize(10 * (WINDOW - 2)).containsOnly(DEAD);
    assertThat(stage.client.open()).hasSize(10);
    assertThat(stage.hold.now()).isEmpty();
  }

  @Test
  void shouldGoOnWithWhatCanBeDecodedAndGiveUpWhatCannotOnceThatIsLittle() {
    garbage(WINDOW + 4);
    assertThat(stage.emitted(task)).hasSize(WINDOW - 1);

    accept(1, "good-");

    assertThat(stage.client.open()).hasSize(1);
    assertThat(stage.emitted(task)).as("one in ten is good again").hasSize(5).containsOnly(DEAD);
    assertThat(stage.hold.now()).isEmpty();
  }

  @Test
  void shouldKeepManyForAsLongAsNoneOfThemCanBeDecoded() {
    stage.codec.schemasLost(true);
    accept(100, "lost-");
    stage.emitted(task);
    stage.codec.schemasLost(false);
    accept(WINDOW, "good-");
    assertThat(stage.emitted(task)).as("the many that wait are not the few bad ones").isEmpty();
    assertThat(held().records()).isEqualTo(100 - WINDOW + 1);

    stage.advance(Duration.ofSeconds(10));

    assertThat(stage.client.open()).hasSize(100 + 1);
  }

  @Test
  void shouldNotHoldForARecordThatNeverCanBeDecodedAmongThoseThatCan() {
    stage.codec.schemasLost(true);
    accept(30, "lost-");
    garbage(1);
    stage.emitted(task);
    stage.codec.schemasLost(false);
    stage.advance(Duration.ofMinutes(10));

    assertThat(stage.client.open()).hasSize(30 - WINDOW + 1);
    assertThat(stage.hold.now().map(DecodingHold.Held::records).orElse(0)).isLessThanOrEqualTo(1);
    accept(WINDOW, "good-");
    assertThat(stage.hold.now()).isEmpty();
  }

  @Test
  void shouldForgetThoseWhoseTaskHasGone() {
    garbage(2 * WINDOW);
    stage.close(task);
    stage.advance(Duration.ofMinutes(10));

    assertThat(stage.hold.now()).isEmpty();
  }

  @Test
  void shouldHoldForAsLongAsTheLastRecordWaitsForTheRegistry() {
    try (CapturedLog log = new CapturedLog(DecodingHold.class)) {
      garbage(WINDOW);
      stage.codec.registryDown(true);
      stage.advance(Duration.ofMinutes(10));
      assertThat(held().records()).isEqualTo(1);
      assertThat(log.events())
          .noneMatch(event -> event.getFormattedMessage().contains("No record waits any more"));

      stage.codec.registryDown(false);
      stage.advance(Duration.ofMinutes(10));
      assertThat(held().records()).isEqualTo(1);

      stage.codec.registryDown(true);
      stage.advance(Duration.ofMinutes(10));
      stage.close(task);
      stage.advance(Duration.ofMinutes(10));
      assertThat(stage.hold.now()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldMakeDeadLettersOfAllWhenAskedTo(boolean byAction) {
    HoldConfig off =
        new HoldConfig(
            byAction ? HoldConfig.Action.FAIL : HoldConfig.Action.WAIT,
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            byAction ? 0.9 : 0,
            WINDOW,
            Duration.ofSeconds(30));
    Stage failing = new Stage(100, false, off, Gates.NO_BREAKER);
    TaskOutbox outbox = failing.open();
    for (int i = 0; i < 100; i++) {
      failing.accept(outbox, i, "garbage");
    }

    assertThat(failing.emitted(outbox)).hasSize(100).containsOnly(DEAD);
  }

  private DecodingHold.Held held() {
    return stage.hold.now().orElseThrow();
  }

  private void garbage(int count) {
    for (int i = 0; i < count; i++) {
      stage.accept(task, offset++, "garbage");
    }
  }

  private void accept(int count, String prefix) {
    for (int i = 0; i < count; i++) {
      stage.accept(task, offset, prefix + offset++);
    }
  }
}
