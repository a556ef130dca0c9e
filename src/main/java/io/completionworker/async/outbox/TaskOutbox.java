// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.outbox;

import io.completionworker.async.schedule.ClassOfRequests;
import io.completionworker.async.schedule.Lease;
import io.completionworker.completion.Emission;
import io.completionworker.completion.IdHash;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The queue of the emissions of one task, from one {@code init()} to the next {@code close()}. The
 * dispatcher and the stream thread share nothing else.
 *
 * <p>Threads: the dispatcher offers. The task's stream thread polls, and reports that the task
 * runs.
 */
public final class TaskOutbox {

  private final ConcurrentLinkedQueue<Emission> completions = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final CallHistory history = new CallHistory();
  private final StreamThreadGate gate;
  private final long number;
  private final Queue<Runnable> held = new ArrayDeque<>();
  private final Map<IdHash, AnsweredAt> answered = new ConcurrentHashMap<>();
  private volatile @Nullable Duration window;
  private @Nullable Boolean predecessorDied;
  private volatile long seenAtNanos;
  private volatile boolean closed;

  private record AnsweredAt(long offset, long millis) {}

  public TaskOutbox(StreamThreadGate gate, long number, long nowNanos) {
    this.gate = gate;
    this.number = number;
    this.seenAtNanos = nowNanos;
  }

  /**
   * Runs a task when it is known whether the process that had the partition before has died. Tasks
   * run in the order in which they were given. Dispatcher only.
   */
  public void whenKnown(Runnable task) {
    if (predecessorDied == null) {
      held.add(task);
    } else {
      task.run();
    }
  }

  /** Sets whether that process has died, and runs the tasks that wait for this. Dispatcher only. */
  public void known(boolean died) {
    predecessorDied = died;
    for (Runnable next = held.poll(); next != null; next = held.poll()) {
      next.run();
    }
  }

  /** Returns whether that process has died, once that is known. Dispatcher only. */
  public boolean predecessorDied() {
    return Boolean.TRUE.equals(predecessorDied);
  }

  public void offer(Emission emission) {
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

  /** Records that the task's stream thread is running it. */
  public void seen(long nowNanos) {
    seenAtNanos = nowNanos;
  }

  /**
   * Has requests compared by their ids from now on. Called before the first request.
   *
   * @param within how long an id counts after its request was answered
   */
  public void compareIds(Duration within) {
    window = within;
  }

  public boolean comparesIds() {
    return window != null;
  }

  /**
   * Keeps the id of a request whose response is in this transaction or committed.
   *
   * @param millis when it was answered, as Unix time in milliseconds
   */
  public void answered(IdHash id, long offset, long millis) {
    answered.put(id, new AnsweredAt(offset, millis));
  }

  /** Forgets the id of an answered request. Returns false if another one has it. */
  public boolean forget(IdHash id, long offset, long millis) {
    return answered.remove(id, new AnsweredAt(offset, millis));
  }

  /**
   * Returns the offset of the request with this id that was answered within the window; null if
   * there is none.
   */
  public @Nullable Long answeredAt(IdHash id, long nowMillis) {
    AnsweredAt at = answered.get(id);
    Duration within = window;
    if (at == null || within == null || nowMillis - at.millis() >= within.toMillis()) {
      return null;
    }
    return at.offset();
  }

  /** Returns what is known about the calls of the task's requests. */
  public CallHistory history() {
    return history;
  }

  /** Returns the class of the task's requests. */
  public ClassOfRequests ofClass() {
    return gate.ofClass();
  }

  /** Whether calls of the task's requests may start. */
  public boolean hasLease(long nowNanos) {
    Lease lease = gate.ofClass().lease();
    return lease.holds(seenAtNanos, nowNanos)
        && !gate.transaction().isOverdue(nowNanos, lease.longestOpen());
  }

  /**
   * Closes the outbox and drops its emissions. They are offered again if a task adopts their
   * flights.
   */
  public void close() {
    closed = true;
    while (poll() != null) {
      // the dispatcher still has the emission, for the next owner
    }
  }

  /** Whether this process initialized this task after the other one. */
  public boolean newerThan(TaskOutbox other) {
    return number > other.number;
  }

  public boolean closed() {
    return closed;
  }
}
