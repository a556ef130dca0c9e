// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CapacityTest {

  private final Capacity capacity = new Capacity(10, 1_000);

  @Test
  void shouldHaveRoomBelowBothBounds() {
    capacity.add(9, 999);
    assertThat(capacity.hasRoom(0)).isTrue();

    capacity.add(1, 0);
    assertThat(capacity.hasRoom(0)).as("records").isFalse();

    capacity.add(-5, 1);
    assertThat(capacity.hasRoom(0)).as("bytes").isFalse();
  }

  @Test
  void shouldMakeRoomForOneMoreForEachThatLeaves() {
    capacity.add(10, 500);
    assertThat(capacity.hasRoom(1)).isTrue();

    capacity.add(1, 50);
    assertThat(capacity.hasRoom(1)).as("its room is taken").isFalse();
    assertThat(capacity.hasRoom(2)).isTrue();
  }

  @Test
  void shouldTakeNoMoreThanIsEnoughWhileMoreWouldHelpNobody() {
    AtomicBoolean satisfied = new AtomicBoolean(true);
    Capacity backlog = new Capacity(10, 4, 100_000, () -> 3, satisfied::get);
    backlog.add(4, 4);
    assertThat(backlog.hasRoom(0)).as("whatever is excused").isFalse();
    assertThat(backlog.hasRoom(1)).as("one leaves").isTrue();

    satisfied.set(false);
    assertThat(backlog.hasRoom(0)).isTrue();
    backlog.add(9, 9);
    assertThat(backlog.hasRoom(0)).isFalse();
  }

  @Test
  void shouldCountTheObjectsOfRequestsThatNoBoundOfRecordsHolds() {
    AtomicInteger excused = new AtomicInteger(90);
    Capacity several = new Capacity(10, 10, 100_000, excused::get, () -> false);
    several.add(99, 900);
    assertThat(several.hasRoom(0)).isTrue();

    excused.set(98);
    assertThat(several.hasRoom(0)).as("small as they are").isFalse();
  }
}
