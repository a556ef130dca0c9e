// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what nothing announces. */
public final class Waiting {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Waiting() {}

  /**
   * Looks every few milliseconds.
   *
   * @param check throws when there is no use in waiting any longer
   */
  public static void until(String what, Runnable check, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      check.run();
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("Waited in vain until " + what);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting until " + what, e);
      }
    }
  }
}
