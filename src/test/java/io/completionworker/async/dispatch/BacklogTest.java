// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.Capacity;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.fixtures.Gates;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** How far ahead an intake reads that takes requests only while more are of use. */
class BacklogTest {

  @Test
  void shouldHaveEachRequestOfABacklogReadOnce() {
    Stage busy = new Stage(2, false, 8, false);
    Intake intake = new Intake(busy, i -> "r" + i + "@a");

    intake.workOff(100);

    assertThat(busy.codec.reads()).isEqualTo(100);
    assertThat(intake.most).as("at a time").isEqualTo(8);
  }

  @Test
  void shouldHaveEachRequestOfABacklogReadOnceThatALimitOfAllLanesHolds() {
    Stage limited = new Stage(100, 8, nanos -> Gates.perSecond(1, nanos));
    Intake intake = new Intake(limited, i -> "r" + i + "@a");

    intake.workOff(100);

    assertThat(limited.codec.reads()).isEqualTo(100);
  }

  @Test
  void shouldTakeMoreForAnotherLaneThatHasLittleToDoWhileEverySlotIsTaken() {
    Stage busy = new Stage(2, false, 8, false);
    Intake intake = new Intake(busy, i -> "r" + i + (i == 0 || i >= 50 ? "@b" : "@a"));
    intake.take(1);
    intake.end("r0");

    intake.take(60);

    assertThat(intake.taken).as("b had nothing to do, and now it has").isGreaterThan(50);
    assertThat(busy.quota.parked()).isPositive();
  }

  @Test
  void shouldTakeMoreWhileAnotherLaneCouldHaveAFreeSlot() {
    Stage stage = new Stage(100, false, 4, false);
    Intake intake = new Intake(stage, i -> "r" + i + (i < 20 ? "@a" : "@b"));

    intake.take(21);

    assertThat(stage.client.open()).as("a has all that it may have").contains("r20").hasSize(5);
  }

  @Test
  void shouldTakeMoreWhenNothingMovesThoughAllLanesHaveOneLimit() {
    Stage limited = new Stage(100, 8, nanos -> Gates.perSecond(0.01, nanos));
    Intake intake = new Intake(limited, i -> "r" + i + "@a");
    intake.take(60);
    assertThat(intake.taken).isEqualTo(8);

    limited.advance(Duration.ofSeconds(11));
    intake.take(60);

    assertThat(intake.taken).as("others may not be stuck").isEqualTo(50);
  }

  @Test
  void shouldTakeWhatIsToFailSinceItIsOverItsBound() {
    Stage failing = new Stage(2, false, 8, true);
    Intake intake = new Intake(failing, i -> "r" + i + "@a");

    intake.take(20);

    assertThat(failing.emitted(intake.task))
        .hasSize(12)
        .allMatch(text -> text.endsWith("OVERFLOW"));
  }

  /** Takes requests out of a topic as long as there is room for 50, or for 8 if that will do. */
  private static final class Intake {

    private final Stage stage;
    private final IntFunction<String> topic;
    private final TaskOutbox task;
    private final Capacity capacity;
    private int taken;
    private long most;

    Intake(Stage stage, IntFunction<String> topic) {
      this.stage = stage;
      this.topic = topic;
      this.task = stage.open();
      this.capacity = new Capacity(50, 8, 1_000_000, stage.quota::excused, stage::satisfied);
    }

    void take(int upTo) {
      while (taken < upTo && capacity.hasRoom(task.waiting())) {
        stage.accept(task, taken, topic.apply(taken));
        taken++;
        capacity.add(1, 1);
        most = Math.max(most, capacity.records());
      }
    }

    void end(String id) {
      stage.answer(id);
      int emitted = stage.emitted(task).size();
      capacity.add(-emitted, -emitted);
    }

    void workOff(int requests) {
      for (int ended = 0; ended < requests; ended++) {
        take(requests);
        while (stage.client.open().isEmpty()) {
          stage.advance(Duration.ofMillis(500));
        }
        end(stage.client.open().get(0));
      }
    }
  }
}
