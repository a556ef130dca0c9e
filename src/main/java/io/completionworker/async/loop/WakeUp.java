// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.loop;

/**
 * Runs a task at the earliest of the times that were asked for, and forgets the later ones. The
 * task asks again if it needs to. Dispatcher's loop only.
 */
public final class WakeUp {

  private static final long NEVER = Long.MAX_VALUE;

  private final Loop loop;
  private final Runnable task;
  private long atNanos = NEVER;

  /** Nothing is asked for yet. */
  public WakeUp(Loop loop, Runnable task) {
    this.loop = loop;
    this.task = task;
  }

  /**
   * Asks for a run after this delay.
   *
   * @param delayNanos {@link Long#MAX_VALUE} for never
   */
  public void in(long delayNanos) {
    if (delayNanos == NEVER) {
      return;
    }
    long at = loop.nanos() + delayNanos;
    if (atNanos == NEVER || at - atNanos < 0) {
      atNanos = at;
      loop.schedule(
          delayNanos,
          () -> {
            if (atNanos == at) { // otherwise an earlier run has replaced this one
              atNanos = NEVER;
              task.run();
            }
          });
    }
  }
}
