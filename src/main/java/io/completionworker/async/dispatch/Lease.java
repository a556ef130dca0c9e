// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.time.Duration;

/**
 * Whether a task is alive enough to be worth a call: its stream thread ran it within the last
 * seconds, and has committed what it wrote, or wrote nothing.
 *
 * <p>Without this, answers would be bought that cannot be committed: in an outage of the brokers,
 * or when the wall clock was set back, by which Kafka Streams tells when to commit. A pause of ours
 * stops the tasks too, but on purpose: as long as the stream threads go on polling meanwhile, it
 * does not count against them. Safe on every thread.
 */
public final class Lease {

  private final long nanos;
  private final Duration longestOpen;
  private volatile long aliveAtNanos;

  /**
   * A lease of this length.
   *
   * @param commitInterval for which a transaction is open as a rule
   */
  public Lease(Duration length, Duration commitInterval, long nowNanos) {
    nanos = length.toNanos();
    longestOpen = length.plus(commitInterval);
    aliveAtNanos = nowNanos;
  }

  /** The stream threads were all seen polling. */
  public void alive(long nowNanos) {
    aliveAtNanos = nowNanos;
  }

  boolean holds(TaskOutbox task, long nowNanos) {
    return holds(task.seenAtNanos(), nowNanos)
        && !task.transaction().isOverdue(nowNanos, longestOpen);
  }

  /** Whether it holds for what was last seen running at this time. */
  public boolean holds(long seenAtNanos, long nowNanos) {
    return nowNanos - seenAtNanos < nanos || nowNanos - aliveAtNanos < nanos;
  }

  /**
   * When a task may emit outside of a record's processing. After a stall its thread may have lost
   * its partition without knowing, and a transaction without input offsets is not fenced. So the
   * task emits nothing, and has nothing called, until the thread must have polled. Its stream
   * thread only.
   */
  public static final class StallRule {

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
}
