// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A run of faults by a seed: one round in every build, another seed by {@code -Dguarantee.seed},
 * rounds for longer by {@code -Dguarantee.minutes}.
 */
@Tag("long")
class GuaranteeIT {

  private static final long SEED = 1;

  @Test
  void shouldKeepEveryGuaranteeUnderFire() {
    long seed = Long.getLong("guarantee.seed", SEED);
    Duration atLeast = Duration.ofMinutes(Long.getLong("guarantee.minutes", 0));

    new FireRun(seed, atLeast, System.out::println).play();
  }
}
