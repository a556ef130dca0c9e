// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs of faults by a seed: one round of each in every build, another seed by {@code
 * -Dguarantee.seed}, rounds for longer by {@code -Dguarantee.minutes}.
 */
@Tag("long")
class GuaranteeIT {

  static final long SEED = 1;

  private final long seed = Long.getLong("guarantee.seed", SEED);
  private final Duration atLeast = Duration.ofMinutes(Long.getLong("guarantee.minutes", 0));

  @Test
  void shouldKeepEveryGuaranteeUnderFire() {
    FireRun.ofAll(seed, atLeast, System.out::println).play();
  }

  @Test
  void shouldRepeatNoCallWhileOnlyTheNetworkFails() {
    FireRun.ofNetwork(seed, atLeast, System.out::println).play();
  }
}
