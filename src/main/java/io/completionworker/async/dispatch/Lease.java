package io.completionworker.async.dispatch;

import java.time.Duration;

/**
 * Whether a task is alive enough to be worth a call: its stream thread ran it within the last
 * seconds.
 *
 * <p>Without this, a broker outage would keep buying answers that cannot be committed. A pause of
 * ours stops the tasks too, but on purpose, so it does not count against them. Safe on every
 * thread.
 */
public final class Lease {

  private final long nanos;
  private volatile boolean paused;
  private volatile long resumedAtNanos;

  /** A lease of this length. */
  public Lease(Duration length, long nowNanos) {
    nanos = length.toNanos();
    resumedAtNanos = nowNanos;
  }

  /** The tasks were paused by us. */
  public void paused() {
    paused = true;
  }

  /** The tasks may run again, and have a whole lease to show it. */
  public void resumed(long nowNanos) {
    resumedAtNanos = nowNanos;
    paused = false;
  }

  boolean holds(TaskOutbox task, long nowNanos) {
    return paused || nowNanos - task.seenAtNanos() < nanos || nowNanos - resumedAtNanos < nanos;
  }
}
