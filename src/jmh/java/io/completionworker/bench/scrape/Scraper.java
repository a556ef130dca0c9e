// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.scrape;

import io.completionworker.bench.process.WorkerProcess;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Scrapes a worker every so often, until it is closed, and remembers what that took. */
final class Scraper implements AutoCloseable {

  private final WorkerProcess worker;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private int scrapes;
  private long nanos;
  private long series;
  private long bytes;

  /**
   * Scrapes at once, and then again and again.
   *
   * @param interval zero for never
   */
  @SuppressWarnings("FutureReturnValueIgnored") // a scrape that fails is seen by their number
  Scraper(WorkerProcess worker, Duration interval) {
    this.worker = worker;
    if (!interval.isZero()) {
      thread.scheduleAtFixedRate(this::scrape, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * What all scrapes together were.
   *
   * @param millis mean time until the answer was here
   * @param series of the last one
   * @param bytes of the last one
   */
  record Scraped(int scrapes, double millis, long series, long bytes) {}

  private synchronized void scrape() {
    long start = System.nanoTime();
    String body = worker.scrape();
    nanos += System.nanoTime() - start;
    scrapes++;
    series = body.lines().filter(line -> !line.startsWith("#")).count();
    bytes = body.length();
  }

  synchronized Scraped scraped() {
    return new Scraped(scrapes, scrapes == 0 ? 0 : nanos / 1e6 / scrapes, series, bytes);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
