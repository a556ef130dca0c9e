// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

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

  /** Returns how long a transaction may be open before its task loses the lease. */
  public Duration longestOpen() {
    return longestOpen;
  }

  /** Whether the lease holds for a task that was last seen running at this time. */
  public boolean holds(long seenAtNanos, long nowNanos) {
    return nowNanos - seenAtNanos < nanos || nowNanos - aliveAtNanos < nanos;
  }
}
