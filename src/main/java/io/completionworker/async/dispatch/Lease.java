// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.time.Duration;

/**
 * Decides whether a task may start calls. Its stream thread must have run it within the last
 * seconds, and must have committed what it wrote, unless it wrote nothing.
 *
 * <p>Without a lease, answers would be paid for that cannot be committed: in an outage of the
 * brokers, or after the wall clock was set back, since Kafka Streams decides by the wall clock when
 * to commit. A pause by the worker itself stops the tasks, too, but on purpose. It does not end the
 * leases as long as the stream threads go on polling. Safe on every thread.
 */
public final class Lease {

  private final long nanos;
  private final Duration commitInterval;
  private final Duration longestOpen;
  private volatile long aliveAtNanos;

  /**
   * Creates a lease of this length.
   *
   * @param commitInterval how long a transaction is normally open
   */
  public Lease(Duration length, Duration commitInterval, long nowNanos) {
    nanos = length.toNanos();
    this.commitInterval = commitInterval;
    longestOpen = length.plus(commitInterval);
    aliveAtNanos = nowNanos;
  }

  /** Returns how long a transaction is normally open. */
  public Duration commitInterval() {
    return commitInterval;
  }

  /** Records that all stream threads were seen polling. */
  public void alive(long nowNanos) {
    aliveAtNanos = nowNanos;
  }

  boolean holds(TaskOutbox task, long nowNanos) {
    return holds(task.seenAtNanos(), nowNanos)
        && !task.transaction().isOverdue(nowNanos, longestOpen);
  }

  /** Whether the lease holds for a task that was last seen running at this time. */
  public boolean holds(long seenAtNanos, long nowNanos) {
    return nowNanos - seenAtNanos < nanos || nowNanos - aliveAtNanos < nanos;
  }

  /**
   * Decides when a task may emit outside of a record's processing. After a stall, its thread may
   * have lost the partition without knowing it, and a transaction without input offsets is not
   * fenced. So the task emits nothing and starts no calls until the thread must have polled. Stream
   * thread only.
   */
  public static final class StallRule {

    /** Twice the longest time that a stream thread waits for room between two polls. */
    private static final long AFTER_STALL_NANOS = 2 * StreamThreadGate.BUDGET_NANOS;

    private long emitAgainAt;

    /** Creates a rule without a stall so far. */
    public StallRule(long nowNanos) {
      emitAgainAt = nowNanos;
    }

    /**
     * Records that the task runs.
     *
     * @param leased whether the task was seen running within the lease before
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
