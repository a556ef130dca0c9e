// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the meters every two seconds, and keeps what it saw for a quarter of an hour.
 *
 * <p>Threads: a daemon of its own looks and tells the listeners; all methods are safe on every
 * thread.
 */
public final class History implements AutoCloseable {

  /** Time from one sample to the next. */
  public static final Duration STEP = Duration.ofSeconds(2);

  /** Points that are kept. */
  public static final int POINTS = (int) Readings.QUARTER.dividedBy(STEP);

  private static final Logger log = LoggerFactory.getLogger(History.class);

  private final MeterRegistry registry;
  private final Deque<Point> points = new ArrayDeque<>();
  private final List<Consumer<Sample>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "completion-history");
            daemon.setDaemon(true);
            return daemon;
          });

  private final Readings readings;

  /** Of these meters; what they counted before does not matter. */
  History(MeterRegistry registry, long nanos) {
    this.registry = registry;
    this.readings = new Readings(Reading.of(registry, nanos));
  }

  /** Looks from now on. */
  public static History start(MeterRegistry registry) {
    History history = new History(registry, System.nanoTime());
    var unused =
        history.thread.scheduleAtFixedRate(
            history::lookNow, STEP.toMillis(), STEP.toMillis(), TimeUnit.MILLISECONDS);
    return history;
  }

  /** The points of the last quarter of an hour, the oldest first. */
  public List<Point> points() {
    synchronized (points) {
      return List.copyOf(points);
    }
  }

  /**
   * Has every further sample told, on the thread that made it; the listener may not block.
   *
   * @return ends it
   */
  public Runnable listen(Consumer<Sample> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void lookNow() {
    try {
      look(System.nanoTime(), Instant.now());
    } catch (RuntimeException | Error e) {
      log.warn("Cannot look at the meters", e); // and looks again at the next step
    }
  }

  /** Looks once. */
  void look(long nanos, Instant time) {
    readings.add(Reading.of(registry, nanos)); // asks gauges, which may take a moment
    Sample sample = Sampling.of(readings, time);
    synchronized (points) {
      points.addLast(sample.point());
      while (points.size() > POINTS) {
        points.removeFirst();
      }
    }
    listeners.forEach(listener -> listener.accept(sample));
  }
}
