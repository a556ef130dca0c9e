// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import static io.completionworker.model.Invariant.BOOKED_RIGHT;
import static io.completionworker.model.Invariant.LEASED;
import static io.completionworker.model.Invariant.NOT_BOUGHT_AGAIN;
import static io.completionworker.model.Invariant.NOT_LOST;
import static io.completionworker.model.Invariant.NO_DEAD_END;
import static io.completionworker.model.Invariant.ONE_OUTCOME;
import static io.completionworker.model.Setting.Variant.SPILL_LATE;
import static io.completionworker.model.Setting.Variant.STORE_FIRST;
import static io.completionworker.model.Settings.OFFERED_TWICE;
import static io.completionworker.model.Settings.ONE_THREAD;
import static io.completionworker.model.Settings.STALLED_PROCESS;
import static io.completionworker.model.Settings.STALLED_THREAD;
import static io.completionworker.model.Settings.TWO_THREADS;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.model.Exploration.Violation;
import io.completionworker.model.Setting.Variant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Invariants that see no mistake are worth nothing: each planted one breaks one of them. */
class PlantedFaultsTest {

  /** Where a fault is planted, and what sees it. */
  private record Plot(Variant variant, Settings setting, Invariant broken) {}

  private static Plot plot(Fault fault) {
    return switch (fault) {
      case FORGOTTEN_AT_FORWARD, FORGOTTEN_AT_ABORT, QUEUE_KEPT_AT_ABORT ->
          new Plot(STORE_FIRST, ONE_THREAD, NOT_BOUGHT_AGAIN);
      case FORGOTTEN_AT_ANOTHERS_COMMIT -> new Plot(STORE_FIRST, TWO_THREADS, NOT_BOUGHT_AGAIN);
      case FORGOTTEN_WITH_A_COPY -> new Plot(STORE_FIRST, OFFERED_TWICE, NOT_BOUGHT_AGAIN);
      case LEASE_BY_THREAD -> new Plot(STORE_FIRST, STALLED_PROCESS, LEASED);
      case EMITTED_BEFORE_THE_POLL -> new Plot(STORE_FIRST, STALLED_THREAD, ONE_OUTCOME);
      case EMITTED_WITHOUT_LOOKING -> new Plot(STORE_FIRST, OFFERED_TWICE, ONE_OUTCOME);
      case STORED_TOO_LATE, DELETED_OUTSIDE -> new Plot(STORE_FIRST, ONE_THREAD, NOT_LOST);
      case STORE_NOT_RECOVERED, ADOPTED_BY_OFFSET -> new Plot(STORE_FIRST, ONE_THREAD, NO_DEAD_END);
      case OFFSET_NOT_LOWERED -> new Plot(SPILL_LATE, ONE_THREAD, NOT_LOST);
      case MARKED_TOO_LATE, MARKS_NOT_RECOVERED -> new Plot(SPILL_LATE, ONE_THREAD, BOOKED_RIGHT);
    };
  }

  @ParameterizedTest
  @EnumSource
  void shouldCatchTheFault(Fault fault) {
    assertThat(planted(fault)).map(Violation::invariant).contains(plot(fault).broken());
  }

  @Test
  void shouldSayInPlainWordsHowItCameToThat() {
    assertThat(planted(Fault.FORGOTTEN_AT_FORWARD).orElseThrow())
        .hasToString(
            """
            NOT_BOUGHT_AGAIN is broken when
              thread 0 takes request 0 from its topic
              thread 0 commits its transaction
              process 0 calls the endpoint for request 0
              process 0 has the answer to request 0
              process 0 has encoded the outcome of request 0, and offers it to the task
              thread 0 takes the outcome of request 0 from the queue of its task
              the transaction of thread 0 is aborted
              thread 0 initializes the task of partition 0
              process 0 calls the endpoint for request 0\
            """);
  }

  private static Optional<Violation> planted(Fault fault) {
    Plot plot = plot(fault);
    return new Exploration(plot.setting().with(plot.variant()).with(fault)).run();
  }
}
