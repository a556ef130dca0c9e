// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.time.Duration;

/**
 * Whether a task is alive enough to be worth a call: its stream thread ran it within the last
 * seconds.
 *
 * <p>Without this, a broker outage would keep buying answers that cannot be committed. A pause of
 * ours stops the tasks too, but on purpose: as long as the stream threads go on polling meanwhile,
 * it does not count against them. Safe on every thread.
 */
public final class Lease {

  private final long nanos;
  private volatile long aliveAtNanos;

  /** A lease of this length. */
  public Lease(Duration length, long nowNanos) {
    nanos = length.toNanos();
    aliveAtNanos = nowNanos;
  }

  /** The stream threads were all seen polling. */
  public void alive(long nowNanos) {
    aliveAtNanos = nowNanos;
  }

  boolean holds(TaskOutbox task, long nowNanos) {
    return holds(task.seenAtNanos(), nowNanos);
  }

  /** Whether it holds for what was last seen running at this time. */
  public boolean holds(long seenAtNanos, long nowNanos) {
    return nowNanos - seenAtNanos < nanos || nowNanos - aliveAtNanos < nanos;
  }
}
