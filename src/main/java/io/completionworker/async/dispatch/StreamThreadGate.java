// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Where one stream thread waits for room, and is woken when one of its tasks has something to emit;
 * and its transaction.
 *
 * <p>A stream thread that waits does not poll, so its waiting has a budget per round of its loop;
 * when that is used up, the intake control makes it poll.
 */
public final class StreamThreadGate {

  /** Longest that a stream thread waits for room between two polls. */
  public static final long BUDGET_NANOS = 1_000_000_000L;

  private static final long STEP_NANOS = 20_000_000L;

  private final Thread thread;
  private final OpenTransaction transaction;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger leaving = new AtomicInteger();
  private long waitedNanos;
  private long round;
  private long turn = -1;
  private boolean punctuated;
  private volatile boolean parked;

  /** Of this thread, which has this transaction. */
  public StreamThreadGate(Thread thread, OpenTransaction transaction) {
    this.thread = thread;
    this.transaction = transaction;
  }

  /** What the thread has written and not committed. */
  public OpenTransaction transaction() {
    return transaction;
  }

  /**
   * Dispatcher: one of the thread's tasks has something to emit.
   *
   * @param ends whether it is an outcome, with which its request leaves the store
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

  /** It was taken, or dropped with its task. */
  void taken(boolean ends) {
    if (ends) {
      leaving.decrementAndGet();
    }
    waiting.decrementAndGet();
  }

  /** Outcomes and chunks that the thread's tasks have to emit. */
  public int waiting() {
    return waiting.get();
  }

  /** The outcomes among them: their requests make room. */
  public int leaving() {
    return leaving.get();
  }

  /**
   * Stream thread: waits a moment for one more outcome.
   *
   * @param seen outcomes that waited when the caller looked
   * @param currentRound changes whenever the thread was made to poll; a new round has a new budget
   * @param since when this wait for room began, {@link System#nanoTime()}: emitting a flood of
   *     chunks makes no room and keeps the thread from its poll just as waiting does
   * @return false when the budget is used up, without waiting
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
   * Stream thread, when its budget is used up: whether it should go on to its punctuators before it
   * polls, once a round, since other tasks of the thread have chunks to emit.
   *
   * @param own what the task that waits for room has to emit itself
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

  /** Stream thread: a punctuator runs, and those of the other tasks with it. */
  public void punctuated() {
    punctuated = true;
  }

  /** Stream thread: waits for one more outcome, 20 ms at most, whatever the budget. */
  public void step(int seen) {
    parked = true;
    if (waiting.get() == seen) {
      LockSupport.parkNanos(this, STEP_NANOS);
    }
    parked = false;
  }
}
