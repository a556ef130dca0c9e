// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What only the dispatcher's loop can see, for other threads: it is asked to look, and whoever
 * wants to know waits a moment for it. All who ask within a quarter of a second share one look.
 *
 * <p>Threads: the public methods may be called by every thread but the loop's, and may block for a
 * moment. A loop that does not answer in time is waited for once, not by every asker; what was seen
 * last is as good as it gets.
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
   * @param look runs on the loop
   * @param nothing what is seen before the first look
   */
  public LoopView(Loop loop, Supplier<T> look, T nothing) {
    this.loop = loop;
    this.look = look;
    this.seen = nothing;
    this.asked = CompletableFuture.completedFuture(nothing);
    this.askedAtNanos = loop.nanos() - FRESH_NANOS;
  }

  /** What there is to see now, or was a moment ago. */
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
      answer.completeExceptionally(e); // else nobody would ever ask again
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
      // the loop has logged it
    }
  }
}
