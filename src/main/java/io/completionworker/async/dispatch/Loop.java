// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

/**
 * Runs tasks one after the other, in the order they were given, and timers when they are due.
 *
 * <p>{@link #execute} and {@link #schedule} may be called by every thread; what they are given runs
 * on the loop's own.
 */
public interface Loop {

  /** Runs a task soon. */
  void execute(Runnable task);

  /**
   * Runs a task later; there is no cancelling: the task has to see for itself whether it is still
   * wanted.
   *
   * @param delayNanos 0 or less is soon
   */
  void schedule(long delayNanos, Runnable task);

  /** Monotonic time in nanoseconds. */
  long nanos();

  /** Wall-clock time, Unix time in milliseconds. */
  long millis();
}
