// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Publishes at an even rate, from a thread of its own, until it is closed. */
public final class Pacing implements AutoCloseable {

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Requests requests;
  private final double nanosEach;
  private final Thread thread = new Thread(this::run, "pacing");
  private volatile boolean closed;
  private final AtomicLong sent = new AtomicLong();
  private volatile @Nullable RuntimeException failure;

  private Pacing(Requests requests, double rate) {
    this.requests = requests;
    this.nanosEach = 1e9 / rate;
  }

  /** Starts it; nobody else may publish by {@code requests} meanwhile. */
  public static Pacing start(Requests requests, double rate) {
    Pacing pacing = new Pacing(requests, rate);
    pacing.thread.start();
    return pacing;
  }

  /** Published so far. */
  public long sent() {
    return sent.get();
  }

  /** Fails when publishing has failed. */
  public void check() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Stops, and returns when the broker has all that was published. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing ended", e);
    }
    check();
  }

  private void run() {
    try {
      long start = System.nanoTime();
      while (!closed) {
        long due = (long) ((System.nanoTime() - start) / nanosEach);
        while (sent.get() < due) {
          requests.publishOne();
          sent.incrementAndGet();
        }
        TimeUnit.NANOSECONDS.sleep(STEP_NANOS);
      }
      requests.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
