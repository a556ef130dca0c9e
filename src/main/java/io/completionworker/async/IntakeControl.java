// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.dispatch.Lease;
import io.completionworker.async.dispatch.OpenTransaction;
import io.completionworker.async.dispatch.StreamThreadGate;
import io.completionworker.async.dispatch.TaskOutbox;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops and starts the intake as a whole, from outside the stream threads.
 *
 * <p>A stream thread that waits for room does not poll. When one has waited for its budget, the
 * processing is paused: Kafka Streams then goes on polling, heartbeating and committing, but
 * processes nothing and runs no punctuator. So the pause ends as soon as every stream thread has
 * polled and there is room again, or something waits to be emitted.
 */
public final class IntakeControl implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IntakeControl.class);
  private static final long TICK_MILLIS = 20;

  private final Processing processing;
  private final Capacity capacity;
  private final Lease lease;
  private final Consumer<List<RecordPosition>> whenCommitted;
  private final Consumer<Throwable> fatal;
  private final Map<Thread, StreamThreadGate> gates = new ConcurrentHashMap<>();
  private final AtomicLong round = new AtomicLong();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "completion-intake");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger held = new AtomicInteger();
  private boolean closed;
  private volatile boolean stopping;
  private volatile boolean paused;
  private Map<String, Double> polls = Map.of();
  private boolean polled;

  /** What can be paused: Kafka Streams, or a fake. Safe on every thread. */
  public interface Processing {

    /** Stops processing and punctuators. */
    void pause();

    /** Starts them again. */
    void resume();

    /** Calls of poll so far, by stream thread. */
    Map<String, Double> polls();

    /** Whether all is assigned and restored; else a pause would hold up the restoration. */
    boolean running();
  }

  /**
   * Control over this processing.
   *
   * @param whenCommitted hears of requests whose outcomes a stream thread has committed
   * @param fatal hears of an error after which the intake is looked after no more
   */
  public IntakeControl(
      Processing processing,
      Capacity capacity,
      Lease lease,
      Consumer<List<RecordPosition>> whenCommitted,
      Consumer<Throwable> fatal) {
    this.whenCommitted = whenCommitted;
    this.fatal = fatal;
    this.processing = processing;
    this.capacity = capacity;
    this.lease = lease;
  }

  /** Starts to watch. */
  @SuppressWarnings("FutureReturnValueIgnored") // it ends when the timer is shut down
  public void start() {
    timer.scheduleWithFixedDelay(this::tickSafely, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * The worker stops: what is open and only in its topic is stored, so that nothing refers to it.
   */
  public void stop() {
    stopping = true;
  }

  /** Whether a task that was seen running at this time was so lately. */
  boolean leased(long seenAtNanos, long nowNanos) {
    return lease.holds(seenAtNanos, nowNanos);
  }

  boolean stopping() {
    return stopping;
  }

  /** Counts the open requests that are only in their topic. */
  AtomicInteger held() {
    return held;
  }

  /** Whether none is open and only in its topic. */
  public boolean holdsNoOffset() {
    return held.get() == 0;
  }

  /** Whether the intake is paused. */
  public boolean paused() {
    return paused;
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.shutdownNow();
    if (paused) {
      resume();
    }
  }

  /** The gate of the calling stream thread. */
  StreamThreadGate gate() {
    StreamThreadGate known = gates.get(Thread.currentThread());
    return known == null ? open() : known;
  }

  private StreamThreadGate open() {
    gates.keySet().removeIf(thread -> !thread.isAlive());
    return gates.computeIfAbsent(
        Thread.currentThread(),
        thread -> new StreamThreadGate(thread, new OpenTransaction(whenCommitted)));
  }

  /** The transaction of the calling stream thread. */
  public OpenTransaction transaction() {
    return gate().transaction();
  }

  /** Changes whenever the stream threads were made to poll. */
  long round() {
    return round.get();
  }

  /**
   * Stream thread: waits a little while there is no room for one more request; then it is taken all
   * the same. What other tasks of this thread have to emit counts as room, since only this thread
   * can emit it.
   *
   * @param emit emits what the task at hand has
   */
  void waitForRoom(StreamThreadGate gate, TaskOutbox outbox, Runnable emit) {
    long since = System.nanoTime();
    int waiting = gate.waiting();
    while (!capacity.hasRoom(gate.leaving())) {
      if (!gate.await(waiting, round(), since)) {
        boolean passed = capacity.hasSlack() && gate.passesTurn(outbox.waiting());
        if (!passed && !pauseToPoll()) {
          gate.step(waiting); // no pause is possible now: at least it is not a flood
        }
        return;
      }
      emit.run();
      waiting = gate.waiting();
    }
  }

  /**
   * A stream thread has waited for its budget: pauses at once, since each record it still has at
   * hand would be taken over the bound.
   *
   * @return false when no pause is possible now: nothing runs yet, or not any more
   */
  synchronized boolean pauseToPoll() {
    if (!paused && (closed || !processing.running())) {
      return false;
    }
    if (!paused) {
      polls = processing.polls();
      polled = false;
      paused = true;
      processing.pause();
    }
    return true;
  }

  private void tickSafely() {
    try {
      tick();
    } catch (RuntimeException e) {
      // A timer forgets a task that has thrown, and a paused worker must be resumed.
      log.warn("Could not look after the intake", e);
    } catch (Throwable e) {
      fatal.accept(e);
      throw e;
    }
  }

  synchronized void tick() {
    if (!paused) {
      return;
    }
    Map<String, Double> now = processing.polls();
    if (allAdvanced(polls, now)) {
      polls = now;
      polled = true;
      lease.alive(System.nanoTime());
    }
    if (!processing.running() || (polled && (isWorthIt() || capacity.hasRoom(0)))) {
      resume();
    }
  }

  private void resume() {
    round.incrementAndGet();
    paused = false;
    processing.resume();
  }

  private static boolean allAdvanced(Map<String, Double> before, Map<String, Double> now) {
    return before.entrySet().stream()
        .allMatch(then -> now.getOrDefault(then.getKey(), Double.MAX_VALUE) > then.getValue());
  }

  /**
   * An outcome makes room. A chunk makes none, so with streams that are always open the store would
   * grow with each resume: chunks wait when it is well over its bounds.
   */
  private boolean isWorthIt() {
    return gates.values().stream().anyMatch(gate -> gate.leaving() > 0)
        || (capacity.hasSlack() && hasWork());
  }

  /** Whether an outcome or a chunk waits to be emitted. */
  public boolean hasWork() {
    return gates.values().stream().anyMatch(gate -> gate.waiting() > 0);
  }
}
