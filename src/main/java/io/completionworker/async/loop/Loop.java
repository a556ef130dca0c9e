// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.loop;

/**
 * Runs tasks one after the other, in the order in which they were given, and timers when they are
 * due.
 *
 * <p>{@link #execute} and {@link #schedule} may be called on any thread. All tasks run on the
 * loop's own thread.
 */
public interface Loop {

  /** Runs a task soon. */
  void execute(Runnable task);

  /**
   * Runs a task later. A scheduled task cannot be canceled. It must check itself whether it is
   * still needed.
   *
   * @param delayNanos 0 or less to run the task soon
   */
  void schedule(long delayNanos, Runnable task);

  /** Whether no other task waits. Loop's own thread only. */
  boolean idle();

  /** Returns the monotonic time in nanoseconds. */
  long nanos();

  /** Returns the wall-clock time, Unix time in milliseconds. */
  long millis();
}
