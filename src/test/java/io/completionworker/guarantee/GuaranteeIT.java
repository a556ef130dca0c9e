package io.completionworker.guarantee;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A run of faults by a seed, {@code -Dguarantee.seed}; {@code -Dguarantee.minutes} goes on for
 * longer.
 */
class GuaranteeIT {

  // Not part of every build, which it would make longer by a quarter.
  @Test
  @EnabledIfSystemProperty(
      named = "guarantee.seed",
      matches = "\\d+",
      disabledReason = "asked for by -Dguarantee.seed=1; see src/docs/testing.md")
  void shouldKeepEveryGuaranteeUnderFire() {
    long seed = Long.getLong("guarantee.seed");
    Duration atLeast = Duration.ofMinutes(Long.getLong("guarantee.minutes", 0));

    new FireRun(seed, atLeast, System.out::println).play();
  }
}
