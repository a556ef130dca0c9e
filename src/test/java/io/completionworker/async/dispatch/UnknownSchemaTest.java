// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.fixtures.CapturedLog;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records whose schema the registry does not know, or not yet. */
class UnknownSchemaTest {

  private static final String DEAD = "SerializationException";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration TURN = Duration.ofMillis(500);

  private final CapturedLog log = new CapturedLog(CodecStage.class);
  private final Stage stage = new Stage(200, false);
  private final TaskOutbox task = stage.open();

  @AfterEach
  void leave() {
    log.close();
  }

  @Test
  void shouldWaitForTheSchemaAndCallEveryRequestOnceItIsThere() {
    stage.codec.unknown("7");
    for (int i = 0; i < 20; i++) {
      stage.accept(task, i, "r" + i + "#7");
    }
    stage.advance(Duration.ofSeconds(5));
    assertThat(stage.emitted(task)).isEmpty();
    assertThat(stage.coding.registryMissed()).as("the registry answers").isFalse();

    stage.codec.unknown();
    stage.advance(TURN);

    assertThat(stage.client.open()).hasSize(20);
  }

  @Test
  void shouldMakeDeadLettersOfThemWhenItDoesNotComeAndOfLaterOnesAtOnce() {
    stage.codec.unknown("7");
    stage.accept(task, 0, "a#7");
    stage.accept(task, 1, "b#7");
    stage.advance(PATIENCE.minus(TURN));
    assertThat(stage.emitted(task)).isEmpty();

    stage.advance(TURN);
    assertThat(stage.emitted(task)).containsExactly(DEAD, DEAD);

    stage.accept(task, 2, "c#7");
    assertThat(stage.emitted(task)).containsExactly(DEAD);
    stage.codec.unknown();
    stage.accept(task, 3, "d#7");
    assertThat(stage.client.open()).containsExactly("d");
  }

  @Test
  void shouldWaitAnewForASchemaThatNothingWasWrittenWithForLong() {
    stage.codec.unknown("7");
    stage.accept(task, 0, "a#7");
    stage.advance(PATIENCE);
    assertThat(stage.emitted(task)).containsExactly(DEAD);

    stage.advance(Duration.ofMinutes(5));
    stage.accept(task, 1, "b#7");
    assertThat(stage.emitted(task)).isEmpty();
  }

  @Test
  void shouldLetOtherRequestsGoOnMeanwhile() {
    stage.codec.unknown("7");
    stage.accept(task, 0, "a#7");
    stage.accept(task, 1, "b");
    stage.accept(task, 2, "c#8");

    assertThat(stage.client.open()).containsExactly("b", "c");
  }

  @Test
  void shouldAskForASchemaOnceATurnHoweverManyWaitForIt() {
    stage.codec.unknown("7");
    for (int i = 0; i < 100; i++) {
      stage.accept(task, i, "r" + i + "#7");
    }
    long before = stage.codec.reads();
    stage.advance(Duration.ofSeconds(10));

    assertThat(stage.codec.reads() - before).isBetween(18L, 20L);
  }

  @Test
  void shouldAskForAFewOfVeryManySchemasATurn() {
    String[] names = new String[100];
    for (int i = 0; i < names.length; i++) {
      names[i] = "s" + i;
    }
    stage.codec.unknown(names);
    for (int i = 0; i < names.length; i++) {
      stage.accept(task, i, "r" + i + "#" + names[i]);
    }
    long before = stage.codec.reads();
    stage.advance(Duration.ofSeconds(10));
    assertThat(stage.codec.reads() - before).isLessThanOrEqualTo(160);

    stage.codec.unknown();
    stage.advance(Duration.ofSeconds(10));
    assertThat(stage.client.open()).as("each has its turn").hasSize(100);
  }

  @Test
  void shouldMakeNoDeadLetterWhileTheRegistryCannotBeAsked() {
    stage.codec.unknown("7");
    stage.accept(task, 0, "a#7");
    stage.advance(Duration.ofSeconds(29));
    stage.codec.registryDown(true);
    stage.advance(Duration.ofMinutes(10));
    assertThat(stage.emitted(task)).isEmpty();

    stage.codec.unknown();
    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.client.open()).containsExactly("a");
  }

  @Test
  void shouldSayForWhichSchemaRequestsWaitAndThatItDidNotCome() {
    stage.codec.unknown("7");
    for (int i = 0; i < 5; i++) {
      stage.accept(task, i, "r" + i + "#7");
    }
    stage.advance(Duration.ofMinutes(1));

    assertThat(log.events())
        .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
        .containsExactly(
            "INFO The schema registry does not know 7 yet: requests wait for it for 30 s at most",
            "INFO The schema registry still does not know 7: no longer waited for");
  }
}
