// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.model.Exploration.Violation;
import io.completionworker.model.Setting.Variant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invariant that sees no mistake is worth nothing: each planted one breaks one of them. */
class PlantedFaultsTest {

  @ParameterizedTest
  @CsvSource({
    "FORGOTTEN_AT_FORWARD,         STORE_FIRST, ONE_THREAD,      NOT_BOUGHT_AGAIN",
    "FORGOTTEN_AT_ABORT,           STORE_FIRST, ONE_THREAD,      NOT_BOUGHT_AGAIN",
    "FORGOTTEN_AT_ANOTHERS_COMMIT, STORE_FIRST, TWO_THREADS,     NOT_BOUGHT_AGAIN",
    "FORGOTTEN_WITH_A_COPY,        STORE_FIRST, OFFERED_TWICE,   NOT_BOUGHT_AGAIN",
    "LEASE_BY_THREAD,              STORE_FIRST, STALLED_PROCESS, LEASED",
    "EMITTED_BEFORE_THE_POLL,      STORE_FIRST, STALLED_THREAD,  ONE_OUTCOME",
    "EMITTED_WITHOUT_LOOKING,      STORE_FIRST, OFFERED_TWICE,   ONE_OUTCOME",
    "STORED_TOO_LATE,              STORE_FIRST, ONE_THREAD,      NOT_LOST",
    "DELETED_OUTSIDE,              STORE_FIRST, ONE_THREAD,      NOT_LOST",
    "STORE_NOT_RECOVERED,          STORE_FIRST, OFFERED_TWICE,   NO_DEAD_END",
    "ADOPTED_BY_OFFSET,            STORE_FIRST, ONE_THREAD,      NO_DEAD_END",
    "QUEUE_KEPT_AT_ABORT,          STORE_FIRST, ONE_THREAD,      NOT_BOUGHT_AGAIN",
    "OFFSET_NOT_LOWERED,           SPILL_LATE,  ONE_THREAD,      NOT_LOST",
    "MARKED_TOO_LATE,              SPILL_LATE,  ONE_THREAD,      BOOKED_RIGHT",
    "MARKS_NOT_RECOVERED,          SPILL_LATE,  ONE_THREAD,      BOOKED_RIGHT",
  })
  void shouldCatchTheFault(Fault fault, Variant variant, Settings where, Invariant invariant) {
    Optional<Violation> violation = new Exploration(where.with(variant).with(fault)).run();
    System.err.println(fault + " " + violation.map(Object::toString).orElse("NOTHING"));

    assertThat(violation).map(Violation::invariant).contains(invariant);
  }

  @Test
  void shouldPlantEveryFault() {}
}
