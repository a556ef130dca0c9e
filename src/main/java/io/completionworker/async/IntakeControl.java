// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.outbox.OpenTransaction;
import io.completionworker.async.outbox.StreamThreadGate;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.async.schedule.ClassOfRequests;
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
 * Pauses and resumes the intake of one class of requests as a whole, from outside its stream
 * threads.
 *
 * <p>A stream thread that waits for room does not poll. When a thread has used up its budget for
 * waiting, the processing is paused: Kafka Streams then goes on polling, sending heartbeats and
 * committing, but processes no record and runs no punctuator. So the pause ends as soon as every
 * stream thread has polled and there is room again, or something waits to be emitted.
 */
public final class IntakeControl implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IntakeControl.class);
  private static final long TICK_MILLIS = 20;

  private final Processing processing;
  private final Capacity capacity;
  private final ClassOfRequests ofClass;
  private final Consumer<List<RecordPosition>> whenCommitted;
  private final Consumer<Throwable> fatal;
  private final Map<Thread, StreamThreadGate> gates = new ConcurrentHashMap<>();
  private final AtomicLong round = new AtomicLong();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, threadName());
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger held = new AtomicInteger();
  private volatile boolean closed;
  private volatile boolean stopping;
  private volatile boolean paused;
  private Map<String, Double> polls = Map.of();
  private boolean polled;

  /** The processing that can be paused: Kafka Streams, or a fake. Safe on every thread. */
  public interface Processing {

    /** Pauses processing and punctuators. */
    void pause();

    /** Resumes processing and punctuators. */
    void resume();

    /** Returns the number of polls so far, by stream thread. */
    Map<String, Double> polls();

    /**
     * Returns true if all tasks are assigned and restored. Before that, a pause would delay the
     * restoration.
     */
    boolean running();
  }

  /**
   * Creates the control of this processing.
   *
   * @param whenCommitted receives the requests whose outcomes a stream thread has committed
   * @param fatal receives an error after which the intake is no longer monitored
   */
  public IntakeControl(
      Processing processing,
      Capacity capacity,
      ClassOfRequests ofClass,
      Consumer<List<RecordPosition>> whenCommitted,
      Consumer<Throwable> fatal) {
    this.whenCommitted = whenCommitted;
    this.fatal = fatal;
    this.processing = processing;
    this.capacity = capacity;
    this.ofClass = ofClass;
  }

  /** Starts to monitor the intake. */
  @SuppressWarnings("FutureReturnValueIgnored") // the task ends when the timer is shut down
  public void start() {
    timer.scheduleWithFixedDelay(this::tickSafely, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Prepares a shutdown: requests that are open and only in their topic are stored, so that none is
   * left there.
   */
  public void stop() {
    stopping = true;
  }

  /**
   * Ends the intake, right before Kafka Streams is closed. What a stream thread has buffered it
   * would otherwise process first, each record behind a wait for room that nothing makes any more.
   */
  public synchronized void end() {
    closed = true;
    processing.pause();
  }

  private String threadName() {
    return ofClass.requests().partOf("completion-intake");
  }

  /** Whether the lease holds for a task that was last seen running at this time. */
  boolean leased(long seenAtNanos, long nowNanos) {
    return ofClass.lease().holds(seenAtNanos, nowNanos);
  }

  boolean stopping() {
    return stopping;
  }

  /** Returns the counter of requests that are open and only in their topic. */
  AtomicInteger held() {
    return held;
  }

  /** Whether no request is open and only in its topic. */
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

  /** Returns the gate of the calling stream thread. */
  StreamThreadGate gate() {
    StreamThreadGate known = gates.get(Thread.currentThread());
    return known == null ? open() : known;
  }

  private StreamThreadGate open() {
    gates.keySet().removeIf(thread -> !thread.isAlive());
    return gates.computeIfAbsent(
        Thread.currentThread(),
        thread -> new StreamThreadGate(thread, transactionOfThread(), ofClass));
  }

  private OpenTransaction transactionOfThread() {
    return new OpenTransaction(whenCommitted, ofClass.lease().commitInterval());
  }

  /** Returns the transaction of the calling stream thread. */
  public OpenTransaction transaction() {
    return gate().transaction();
  }

  /** Returns a number that changes whenever the stream threads were made to poll. */
  long round() {
    return round.get();
  }

  /**
   * Waits for a short time while there is no room for one more request, which is accepted
   * afterwards in any case. Outcomes that other tasks of the thread have to emit count as room,
   * since only this thread can emit them. Stream thread only.
   *
   * @param emit emits what the current task has
   */
  void waitForRoom(StreamThreadGate gate, TaskOutbox outbox, Runnable emit) {
    long since = System.nanoTime();
    int waiting = gate.waiting();
    while (!closed && !capacity.hasRoom(gate.leaving())) {
      if (!gate.await(waiting, round(), since)) {
        boolean passed = capacity.hasSlack() && gate.passesTurn(outbox.waiting());
        if (!passed && !pauseToPoll()) {
          gate.step(waiting); // no pause is possible now: slow the thread down instead
        }
        return;
      }
      emit.run();
      waiting = gate.waiting();
    }
  }

  /**
   * Pauses the processing, since a stream thread has used up its budget. The pause starts at once:
   * the thread would accept each record that it has buffered, above the bounds.
   *
   * @return false if no pause is possible, since nothing runs yet or nothing runs any more
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
      // A timer drops a task that throws, and a paused worker must be resumed.
      log.warn("Could not check whether the intake can be resumed", e);
    } catch (Throwable e) {
      fatal.accept(e);
      throw e;
    }
  }

  synchronized void tick() {
    if (!paused || closed) {
      return;
    }
    Map<String, Double> now = processing.polls();
    if (allAdvanced(polls, now)) {
      polls = now;
      polled = true;
      ofClass.lease().alive(System.nanoTime());
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
   * Whether a resume is worthwhile. An outcome makes room. A chunk makes none, so with streams that
   * are always open the store would grow with each resume. Chunks wait if the store is well above
   * its bounds.
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
