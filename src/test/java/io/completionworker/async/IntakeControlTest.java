// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntakeControlTest {

  private final FakeProcessing processing = new FakeProcessing();
  private final Capacity capacity = new Capacity(1, 1_000);
  private final IntakeControl intake =
      new IntakeControl(
          processing,
          capacity,
          SampleClasses.only(new ManualLoop(), SampleTenants.none()).all().get(0),
          committed -> {},
          error -> {});

  @Test
  void shouldPauseWhenAStreamThreadHasWaitedForItsBudget() {
    intake.tick();
    assertThat(processing.paused).isFalse();

    assertThat(intake.pauseToPoll()).isTrue();

    assertThat(processing.paused).isTrue();
    assertThat(intake.paused()).isTrue();
  }

  @Test
  void shouldStayPausedWhileThereIsNeitherRoomNorWork() {
    capacity.add(1, 10);
    pause();

    processing.poll();
    intake.tick();
    assertThat(processing.paused).isTrue();

    capacity.add(-1, -10);
    intake.tick();
    assertThat(processing.paused).isFalse();
  }

  @Test
  void shouldResumeAsSoonAsSomethingWaitsToBeEmitted() {
    capacity.add(1, 10);
    pause();
    processing.poll();

    intake.gate().completed(true);
    intake.tick();

    assertThat(processing.paused).isFalse();
  }

  @Test
  void shouldResumeForChunksOnlyWhileTheStoreIsNotWellOverItsBound() {
    capacity.add(1, 10);
    pause();
    processing.poll();
    intake.gate().completed(false);
    intake.tick();
    assertThat(processing.paused).as("at its bound").isFalse();

    capacity.add(1, 10);
    pause();
    processing.poll();
    intake.tick();
    assertThat(processing.paused).as("a chunk makes no room").isTrue();

    intake.gate().completed(true);
    intake.tick();
    assertThat(processing.paused).as("an outcome does").isFalse();
  }

  @Test
  void shouldNotResumeBeforeEveryStreamThreadHasPolled() {
    processing.polls.put("thread-2", 0.0);
    pause();

    processing.polls.put("thread-1", 9.0);
    intake.tick();
    assertThat(processing.paused).isTrue();

    processing.poll();
    intake.tick();
    assertThat(processing.paused).isFalse();
  }

  @Test
  void shouldNotHoldUpARebalance() {
    capacity.add(1, 10);
    pause();

    processing.running = false;
    intake.tick();

    assertThat(processing.paused).isFalse();
  }

  @Test
  void shouldNotWaitForAThreadThatHasDied() {
    pause();

    processing.polls.clear();
    intake.tick();

    assertThat(processing.paused).isFalse();
  }

  @Test
  void shouldGiveANewBudgetWithEveryRound() {
    long before = intake.round();
    pause();
    processing.poll();
    intake.tick();

    assertThat(intake.round()).isGreaterThan(before);
  }

  @Test
  void shouldSayWhenNoPauseIsPossible() {
    processing.running = false;
    assertThat(intake.pauseToPoll()).isFalse();

    processing.running = true;
    assertThat(intake.pauseToPoll()).isTrue();
    assertThat(intake.pauseToPoll()).as("paused already").isTrue();

    intake.close();
    assertThat(intake.pauseToPoll()).isFalse();
  }

  @Test
  void shouldLeaveNothingPausedBehind() {
    capacity.add(1, 10);
    pause();

    intake.close();

    assertThat(processing.paused).isFalse();
  }

  @Test
  void shouldTakeInNothingMoreWhenItHasEnded() {
    intake.end();
    intake.tick();

    assertThat(processing.paused).as("though there is room").isTrue();
  }

  @Test
  void shouldTakeInNothingMoreWhenItHasEndedInAPause() {
    capacity.add(1, 10);
    pause();
    processing.poll();

    intake.end();
    capacity.add(-1, -10);
    processing.running = false;
    intake.tick();

    assertThat(processing.paused).isTrue();
  }

  private void pause() {
    assertThat(intake.pauseToPoll()).isTrue();
    assertThat(processing.paused).isTrue();
  }

  private static final class FakeProcessing implements IntakeControl.Processing {

    private final Map<String, Double> polls = new HashMap<>(Map.of("thread-1", 0.0));
    private boolean paused;
    private boolean running = true;

    void poll() {
      polls.replaceAll((thread, count) -> count + 1);
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }

    @Override
    public Map<String, Double> polls() {
      return Map.copyOf(polls);
    }

    @Override
    public boolean running() {
      return running;
    }
  }
}
