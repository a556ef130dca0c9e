// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

  private long wallMillis = 1_700_000_000_000L;
  private long nanos = 5;
  private final List<Duration> steps = new ArrayList<>();
  private Duration heldUp = Duration.ZERO;
  private final ClockWatch watch = new ClockWatch(() -> wallMillis, this::nanos, steps::add);

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void shouldTellOnceWhenTheWallClockIsSetBack() {
    pass(Duration.ofMinutes(1), Duration.ofMinutes(1).minusHours(1));
    pass(Duration.ofMinutes(1), Duration.ofMinutes(1));

    assertThat(steps).containsExactly(Duration.ofHours(1));
  }

  @Test
  void shouldTellNothingOfAClockThatGoesForwardOrIsCorrectedByLittle() {
    pass(Duration.ofMinutes(1), Duration.ofDays(2));
    pass(Duration.ofMinutes(1), Duration.ofSeconds(59));

    assertThat(steps).isEmpty();
  }

  @Test
  void shouldTellOfASecondStep() {
    pass(Duration.ofSeconds(1), Duration.ofHours(-1));
    pass(Duration.ofSeconds(1), Duration.ofHours(-1));

    assertThat(steps).hasSize(2);
  }

  @Test
  void shouldNotTakeItForAStepWhenItIsHeldUpBetweenTheClocks() {
    heldUp = Duration.ofSeconds(5);
    pass(Duration.ofSeconds(1), Duration.ofSeconds(1));
    heldUp = Duration.ZERO;
    pass(Duration.ofSeconds(1), Duration.ofSeconds(1));

    assertThat(steps).isEmpty();
  }

  /** Goes on by so much with each look, and the wall clock with it. */
  private long nanos() {
    long now = nanos;
    nanos += heldUp.toNanos();
    wallMillis += heldUp.toMillis();
    return now;
  }

  private void pass(Duration monotonic, Duration wall) {
    nanos += monotonic.toNanos();
    wallMillis += wall.toMillis();
    watch.look();
  }
}
