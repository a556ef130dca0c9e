// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamThreadGateTest {

  private final StreamThreadGate gate =
      new StreamThreadGate(
          Thread.currentThread(),
          new OpenTransaction(positions -> {}, Duration.ofMillis(100)),
          SampleClasses.only(new ManualLoop(), SampleTenants.none()).all().get(0));

  @Test
  void shouldWaitWhileTheBudgetLasts() {
    assertThat(gate.await(0, 1, System.nanoTime())).isTrue();
  }

  @Test
  void shouldCountWhatIsEmittedWhileTheThreadWaitsForRoom() {
    long longAgo = System.nanoTime() - StreamThreadGate.BUDGET_NANOS;
    gate.completed(false);

    assertThat(gate.await(0, 1, longAgo)).as("chunks kept it busy all the time").isFalse();
    assertThat(gate.await(0, 1, System.nanoTime())).as("the next record of the round").isFalse();
    assertThat(gate.await(0, 2, System.nanoTime())).as("it has polled").isTrue();
  }

  @Test
  void shouldLetPunctuatorsOfOtherTasksRunOnceBeforeItPolls() {
    long longAgo = System.nanoTime() - StreamThreadGate.BUDGET_NANOS;
    gate.completed(false);

    gate.await(0, 1, longAgo);
    assertThat(gate.passesTurn(1)).as("only its own wait").isFalse();
    assertThat(gate.passesTurn(0)).isTrue();
    assertThat(gate.passesTurn(0)).as("the next task on the way to the punctuators").isTrue();
    gate.punctuated();
    assertThat(gate.passesTurn(0)).as("it has to poll").isFalse();

    gate.await(0, 2, longAgo);
    assertThat(gate.passesTurn(0)).as("it has polled").isTrue();
  }
}
