// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.outbox;

import io.completionworker.async.schedule.ClassOfRequests;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The place where one stream thread waits for room. The thread is woken when one of its tasks has
 * something to emit. The gate also has the thread's transaction, and the class of the requests that
 * the thread reads.
 *
 * <p>A stream thread that waits does not poll, so its waits have a budget for each round of its
 * loop. When the budget is used up, the intake control makes the thread poll.
 */
public final class StreamThreadGate {

  /** Longest time that a stream thread waits for room between two polls. */
  public static final long BUDGET_NANOS = 1_000_000_000L;

  private static final long STEP_NANOS = 20_000_000L;

  private final Thread thread;
  private final OpenTransaction transaction;
  private final ClassOfRequests ofClass;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger leaving = new AtomicInteger();
  private long waitedNanos;
  private long round;
  private long turn = -1;
  private boolean punctuated;
  private volatile boolean parked;

  /** Creates the gate of this thread, with the thread's transaction. */
  public StreamThreadGate(Thread thread, OpenTransaction transaction, ClassOfRequests ofClass) {
    this.thread = thread;
    this.transaction = transaction;
    this.ofClass = ofClass;
  }

  ClassOfRequests ofClass() {
    return ofClass;
  }

  /** Returns the transaction, with what the thread has written and not committed. */
  public OpenTransaction transaction() {
    return transaction;
  }

  /**
   * Records that one of the thread's tasks has something to emit. Called by the dispatcher.
   *
   * @param ends whether it is an outcome, which removes its request from the store
   */
  public void completed(boolean ends) {
    if (ends) {
      leaving.incrementAndGet();
    }
    waiting.incrementAndGet();
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  /** Records that an emission was taken, or dropped with its task. */
  void taken(boolean ends) {
    if (ends) {
      leaving.decrementAndGet();
    }
    waiting.decrementAndGet();
  }

  /** Returns the number of emissions in the outboxes of the thread's tasks. */
  public int waiting() {
    return waiting.get();
  }

  /** Returns the number of outcomes among them, whose requests make room. */
  public int leaving() {
    return leaving.get();
  }

  /**
   * Waits a moment for one more emission. Stream thread only.
   *
   * @param seen number of waiting emissions when the caller looked
   * @param currentRound number that changes whenever the thread was made to poll; a new round has a
   *     new budget
   * @param since when this wait for room began, {@link System#nanoTime()}. Emitting a flood of
   *     chunks makes no room, and keeps the thread from polling just as waiting does.
   * @return false, without waiting, if the budget is used up
   */
  public boolean await(int seen, long currentRound, long since) {
    if (currentRound != round) {
      round = currentRound;
      waitedNanos = 0;
    }
    long started = System.nanoTime();
    if (started - since >= BUDGET_NANOS) {
      waitedNanos = BUDGET_NANOS;
    }
    if (waitedNanos >= BUDGET_NANOS) {
      return false;
    }
    step(seen);
    waitedNanos += System.nanoTime() - started;
    return true;
  }

  /**
   * Whether the thread should run its punctuators before it polls, because other tasks of the
   * thread have something to emit. Called when the budget is used up. True until a punctuator has
   * run in this round. Stream thread only.
   *
   * @param own number of emissions of the task that waits for room
   */
  public boolean passesTurn(int own) {
    if (waiting.get() <= own) {
      return false;
    }
    if (turn != round) {
      turn = round;
      punctuated = false;
    }
    return !punctuated;
  }

  /** Records that a punctuator runs, and with it those of the other tasks. Stream thread only. */
  public void punctuated() {
    punctuated = true;
  }

  /** Waits at most 20 ms for one more emission, whatever the budget. Stream thread only. */
  public void step(int seen) {
    parked = true;
    if (waiting.get() == seen) {
      LockSupport.parkNanos(this, STEP_NANOS);
    }
    parked = false;
  }

  /**
   * Decides when a task may emit outside of a record's processing. After a stall, its thread may
   * have lost the partition without knowing it, and a transaction without input offsets is not
   * fenced. So the task emits nothing and starts no calls until the thread must have polled. Stream
   * thread only.
   */
  public static final class StallRule {

    /** Twice the longest time that a stream thread waits for room between two polls. */
    private static final long AFTER_STALL_NANOS = 2 * BUDGET_NANOS;

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
