package io.completionworker.guarantee;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A run of faults by a seed. {@code -Dguarantee.seed} chooses another, {@code -Dguarantee.minutes}
 * goes on for longer.
 */
class GuaranteeIT {

  private static final long SEED = 1;

  @Test
  void shouldKeepEveryGuaranteeUnderFire() {
    long seed = Long.getLong("guarantee.seed", SEED);
    Duration atLeast = Duration.ofMinutes(Long.getLong("guarantee.minutes", 0));

    new FireRun(seed, atLeast, System.out::println).play();
  }
}
