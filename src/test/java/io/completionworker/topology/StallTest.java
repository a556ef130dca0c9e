// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A stream thread that stood still for longer than its lease. */
class StallTest extends DrivenTopology {

  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration STEP = Duration.ofMillis(100);

  StallTest() {
    super(new WorkerTopology(10, 4_096, false, LEASE));
  }

  @Test
  void shouldCallNothingAfterAStallUntilItsThreadMustHavePolled() {
    requests.pipeInput("a");

    worker.loop.freeze(LEASE.multipliedBy(2));
    for (int step = 0; step < 15; step++) {
      run();
    }
    assertThat(worker.client.started()).as("it may have lost its partition").isEmpty();

    for (int step = 0; step < 15; step++) {
      run();
    }
    assertThat(worker.client.started()).as("it would know by now").containsExactly("a");
  }

  private void run() {
    driver.advanceWallClockTime(STEP);
    worker.loop.advance(STEP);
  }
}
