// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.dispatch.StreamThreadGate;

/**
 * When a task may emit outside of a record's processing. After a stall its thread may have lost its
 * partition without knowing, and a transaction without input offsets is not fenced. So the task
 * emits nothing, and has nothing called, until the thread must have polled. Its stream thread only.
 */
public final class StallRule {

  /** Twice the longest time that a stream thread waits for room between two polls. */
  private static final long AFTER_STALL_NANOS = 2 * StreamThreadGate.BUDGET_NANOS;

  private long emitAgainAt;

  /** Without a stall so far. */
  public StallRule(long nowNanos) {
    emitAgainAt = nowNanos;
  }

  /**
   * The task runs.
   *
   * @param leased whether it had been seen running lately
   */
  public void seen(long nowNanos, boolean leased) {
    if (!leased) {
      emitAgainAt = nowNanos + AFTER_STALL_NANOS;
    }
  }

  public boolean mayEmit(long nowNanos) {
    return nowNanos - emitAgainAt >= 0;
  }
}
