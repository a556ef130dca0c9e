// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.GatewayClient.ExchangeContext;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that is left to an exchange, by the monotonic clock, and its timer. The time begins when
 * the object is created.
 *
 * <p>The timer covers the whole exchange: Vert.x's idle timeout stops when the response begins, and
 * its connect timeout loses a request that gets its connection as the timer fires.
 *
 * <p>Used on the event loop of its exchange.
 */
final class TimeLeft {

  private final GatewayConfig.Transport limits;
  private final long startedAt = System.nanoTime();
  private long heardAt;
  private @Nullable Vertx loop;
  private long timer;

  TimeLeft(GatewayConfig.Transport limits) {
    this.limits = limits;
  }

  /** Records that something was sent or received. */
  void heard() {
    heardAt = System.nanoTime();
  }

  /**
   * Returns the nanoseconds until the first time-out; 0 or less if one has passed.
   *
   * @param sent whether the connect time-out is over and the idle time-out counts
   * @param paused whether only the request time-out counts
   */
  long nanos(boolean sent, boolean paused) {
    long total = until(startedAt, limits.requestTimeout());
    if (paused) {
      return total;
    }
    long phase = sent ? until(heardAt, idle()) : until(startedAt, limits.connectTimeout());
    return Math.min(total, phase);
  }

  /** Whether the request time-out has passed. */
  boolean isOver() {
    return until(startedAt, limits.requestTimeout()) <= 0;
  }

  /** Returns the idle time-out. Without one, only the request time-out applies. */
  private Duration idle() {
    return limits.idleTimeout().isZero() ? ExchangeContext.LONGEST : limits.idleTimeout();
  }

  /** Runs a task after a time-out. Replaces the one that was set before. */
  void wake(Vertx vertx, long nanos, Runnable task) {
    stop();
    loop = vertx;
    timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, id -> task.run());
  }

  /** Drops the task that was set, if any. */
  void stop() {
    if (loop != null) {
      loop.cancelTimer(timer);
      loop = null;
    }
  }

  private static long until(long begin, Duration limit) {
    return begin + ExchangeContext.nanos(limit) - System.nanoTime();
  }
}
