// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Emission;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The completion queue of one task, from one {@code init()} to the next {@code close()}: the only
 * thing that threads share.
 *
 * <p>Threads: the dispatcher offers, the task's stream thread polls and reports that it is alive.
 */
public final class TaskOutbox {

  private final ConcurrentLinkedQueue<Emission> completions = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final CallHistory history = new CallHistory();
  private final StreamThreadGate gate;
  private final long number;
  private final Queue<Runnable> held = new ArrayDeque<>();
  private @Nullable Boolean predecessorDied;
  private volatile long seenAtNanos;
  private volatile boolean closed;

  TaskOutbox(StreamThreadGate gate, long number, long nowNanos) {
    this.gate = gate;
    this.number = number;
    this.seenAtNanos = nowNanos;
  }

  /**
   * Dispatcher: runs this when it is known whether the process died that had the partition before,
   * in the order in which it was asked to.
   */
  void whenKnown(Runnable task) {
    if (predecessorDied == null) {
      held.add(task);
    } else {
      task.run();
    }
  }

  /** Dispatcher: it is known now. */
  void known(boolean died) {
    predecessorDied = died;
    for (Runnable next = held.poll(); next != null; next = held.poll()) {
      next.run();
    }
  }

  /** Dispatcher, once it is known: whether that process died. */
  boolean predecessorDied() {
    return Boolean.TRUE.equals(predecessorDied);
  }

  void offer(Emission emission) {
    completions.add(emission);
    waiting.incrementAndGet();
    gate.completed(emission.ends());
  }

  public @Nullable Emission poll() {
    Emission emission = completions.poll();
    if (emission != null) {
      waiting.decrementAndGet();
      gate.taken(emission.ends());
    }
    return emission;
  }

  public int waiting() {
    return waiting.get();
  }

  /** The task's stream thread is running it. */
  public void seen(long nowNanos) {
    seenAtNanos = nowNanos;
  }

  long seenAtNanos() {
    return seenAtNanos;
  }

  /** What is known of the calls of its requests. */
  public CallHistory history() {
    return history;
  }

  /** The transaction of its stream thread. */
  OpenTransaction transaction() {
    return gate.transaction();
  }

  /**
   * The task has gone; what comes now is dropped, unless its partition comes back and adopts it.
   */
  void close() {
    closed = true;
    while (poll() != null) {
      // the dispatcher still holds what was here, for the next owner
    }
  }

  /** Whether this task was initialized after another one, by the same process. */
  boolean newerThan(TaskOutbox other) {
    return number > other.number;
  }

  boolean closed() {
    return closed;
  }
}
