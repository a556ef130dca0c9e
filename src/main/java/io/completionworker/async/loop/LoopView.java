// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A value that only the dispatcher's loop can compute, made available to other threads. A reader
 * has the loop compute the value and waits a moment for it. All reads within a quarter of a second
 * share one computation.
 *
 * <p>Threads: the public methods may be called on any thread except the loop's, and may block for a
 * moment. After a reader has waited in vain, other readers get the last value at once until the
 * loop responds.
 */
public final class LoopView<T> {

  private static final long FRESH_NANOS = Duration.ofMillis(250).toNanos();
  private static final long PATIENCE_MILLIS = 200;

  private final Loop loop;
  private final Supplier<T> look;
  private CompletableFuture<T> asked;
  private long askedAtNanos;
  private volatile T seen;
  private volatile boolean late;

  /**
   * @param look computes the value, on the loop
   * @param nothing the value before the first computation
   */
  public LoopView(Loop loop, Supplier<T> look, T nothing) {
    this.loop = loop;
    this.look = look;
    this.seen = nothing;
    this.asked = CompletableFuture.completedFuture(nothing);
    this.askedAtNanos = loop.nanos() - FRESH_NANOS;
  }

  /** Returns the current value, or the last one if the loop does not respond in time. */
  public T now() {
    CompletableFuture<T> answer = ask();
    if (!late || answer.isDone()) {
      await(answer);
    }
    return seen;
  }

  private synchronized CompletableFuture<T> ask() {
    long now = loop.nanos();
    if (asked.isDone() && now - askedAtNanos >= FRESH_NANOS) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      asked = answer;
      askedAtNanos = now;
      loop.execute(() -> look(answer));
    }
    return asked;
  }

  private void look(CompletableFuture<T> answer) {
    try {
      T fresh = look.get();
      seen = fresh;
      answer.complete(fresh);
    } catch (RuntimeException e) {
      answer.completeExceptionally(e); // otherwise the value would never be computed again
      throw e;
    } finally {
      late = false;
    }
  }

  private void await(CompletableFuture<T> answer) {
    try {
      answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      late = !answer.isDone();
    } catch (ExecutionException e) {
      // the loop has logged the exception
    }
  }
}
