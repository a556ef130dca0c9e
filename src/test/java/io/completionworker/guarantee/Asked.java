// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.time.Duration;

/**
 * What a run is asked for: one round of seed 1 in every build, another seed by {@code
 * -Dguarantee.seed}, rounds for longer by {@code -Dguarantee.minutes}.
 */
final class Asked {

  static final long SEED = 1;

  private Asked() {}

  static long seed() {
    return Long.getLong("guarantee.seed", SEED);
  }

  /** Zero is one round. */
  static Duration atLeast() {
    return Duration.ofMinutes(Long.getLong("guarantee.minutes", 0));
  }
}
