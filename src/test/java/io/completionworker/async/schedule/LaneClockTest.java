// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.schedule.Lane.LaneClock;
import io.completionworker.completion.Wait.WaitingFor;
import org.junit.jupiter.api.Test;

class LaneClockTest {

  @Test
  void shouldWaitForASlotOnceNothingElseIsKnownToKeepTheLane() {
    LaneClock clock = new LaneClock(0);
    long[] sums = new long[10];
    clock.enter(sums, 0);
    clock.waits(WaitingFor.PERMIT, 1_000, 100);

    clock.leave(sums, 5_000);

    assertThat(sums).containsExactly(0, 0, 0, 0, 900, 4_100, 0, 0, 0, 0);
  }
}
