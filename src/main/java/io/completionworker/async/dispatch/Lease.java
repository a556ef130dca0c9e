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
}
