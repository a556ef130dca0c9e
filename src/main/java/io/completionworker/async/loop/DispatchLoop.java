// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.loop;

import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher's thread.
 *
 * <p>This class exists because the loop is on the path of every record. A scheduled executor takes
 * a lock and uses a heap for each task. This class uses a lock-free queue, and a heap only for
 * timers.
 */
public final class DispatchLoop implements Loop, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DispatchLoop.class);
  private static final long LONGEST_PARK_NANOS = 1_000_000_000L;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Thread thread;
  private final Consumer<Throwable> fatal;
  private long timersMade;
  private volatile boolean parked;
  private volatile boolean closed;

  /**
   * Starts the thread, which is a daemon.
   *
   * @param fatal receives an error that ends the thread
   */
  public DispatchLoop(Consumer<Throwable> fatal) {
    this.fatal = fatal;
    thread = new Thread(this::run, "completion-dispatcher");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    long due = nanos() + Math.max(0, delayNanos);
    if (Thread.currentThread() == thread) {
      timers.add(new Timer(due, timersMade++, task));
    } else {
      execute(() -> timers.add(new Timer(due, timersMade++, task)));
    }
  }

  @Override
  public boolean idle() {
    return tasks.isEmpty();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  /** Stops the thread after the current task. Queued tasks are dropped. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      Runnable task = tasks.poll();
      if (task != null) {
        runSafely(task);
        runDueTimers();
      } else {
        runDueTimers();
        park();
      }
    }
  }

  private void runDueTimers() {
    Timer first = timers.peek();
    while (first != null && first.due - nanos() <= 0) {
      timers.poll();
      runSafely(first.task);
      first = timers.peek();
    }
  }

  private void park() {
    Timer first = timers.peek();
    long nanos =
        first == null ? LONGEST_PARK_NANOS : Math.min(LONGEST_PARK_NANOS, first.due - nanos());
    parked = true;
    if (nanos > 0 && tasks.isEmpty() && !closed) {
      LockSupport.parkNanos(this, nanos);
    }
    parked = false;
  }

  private void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // One broken task must not stop the dispatch of all others.
      log.error("A task of the dispatcher failed; this is a bug", e);
    } catch (Throwable e) {
      closed = true;
      fatal.accept(e);
    }
  }

  private record Timer(long due, long number, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byDue = Long.compare(due - other.due, 0);
      return byDue != 0 ? byDue : Long.compare(number, other.number);
    }
  }
}
