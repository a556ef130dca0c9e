// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/** The time that this thread has worked, whatever else the machine had to do meanwhile. */
public final class Effort {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long start = THREADS.getCurrentThreadCpuTime();

  private Effort() {}

  /** From now on. */
  public static Effort begin() {
    return new Effort();
  }

  /** Until now, on the same thread. */
  public Duration spent() {
    return Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start);
  }
}
