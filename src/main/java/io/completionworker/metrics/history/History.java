// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.completionworker.metrics.history.Sample.Point;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the meters every two seconds and keeps the samples of the last 15 minutes.
 *
 * <p>A daemon thread of this class reads the meters and calls the listeners. All methods are safe
 * on every thread.
 */
public final class History implements AutoCloseable {

  /** The time from one sample to the next. */
  public static final Duration STEP = Duration.ofSeconds(2);

  /** The number of points that are kept. */
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

  /** Creates a history of these meters that starts with their current values. */
  History(MeterRegistry registry, long nanos) {
    this.registry = registry;
    this.readings = new Readings(Reading.of(registry, nanos));
  }

  /** Starts to read the meters. */
  public static History start(MeterRegistry registry) {
    History history = new History(registry, System.nanoTime());
    var unused =
        history.thread.scheduleAtFixedRate(
            history::lookNow, STEP.toMillis(), STEP.toMillis(), TimeUnit.MILLISECONDS);
    return history;
  }

  /** Returns the points of the last 15 minutes, the oldest first. */
  public List<Point> points() {
    synchronized (points) {
      return List.copyOf(points);
    }
  }

  /**
   * Calls the listener with every further sample, on the thread that made it. The listener must not
   * block.
   *
   * @return stops the calls
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
      log.warn("Cannot look at the meters", e); // the next step reads them again
    }
  }

  /** Reads the meters once. */
  void look(long nanos, Instant time) {
    readings.add(Reading.of(registry, nanos)); // reads gauges, which may take a moment
    Sample sample = Sampling.of(readings, time);
    synchronized (points) {
      points.addLast(sample.point());
      while (points.size() > POINTS) {
        points.removeFirst();
      }
    }
    listeners.forEach(listener -> listener.accept(sample));
  }

  /**
   * The readings of the last 15 minutes: all readings of the last minute, and one for each half
   * minute before that. Not thread-safe.
   */
  static final class Readings {

    static final Duration QUARTER = Duration.ofMinutes(15);

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long HALF_A_STEP_NANOS = History.STEP.toNanos() / 2;
    private static final long APART_NANOS = Duration.ofSeconds(30).toNanos();

    private final Deque<Reading> recent = new ArrayDeque<>();
    private final Deque<Reading> older = new ArrayDeque<>();

    Readings(Reading first) {
      recent.add(first);
    }

    /** Adds the newest reading. It must not be older than any other. */
    void add(Reading reading) {
      recent.addLast(reading);
      while (recent.size() > 2 && age(second()) >= MINUTE_NANOS) {
        Reading left = recent.removeFirst();
        if (older.isEmpty() || left.nanos() - older.getLast().nanos() >= APART_NANOS) {
          older.addLast(left);
        }
      }
      while (older.size() > 1 && age(older.getFirst()) > QUARTER.toNanos() + APART_NANOS) {
        older.removeFirst();
      }
    }

    Reading newest() {
      return recent.getLast();
    }

    /**
     * Returns the newest reading of at least this age, within half a step, or the oldest one if
     * none is that old.
     */
    Reading before(Duration age) {
      long least = age.toNanos() - HALF_A_STEP_NANOS;
      for (Iterator<Reading> each = recent.descendingIterator(); each.hasNext(); ) {
        Reading reading = each.next();
        if (age(reading) >= least) {
          return reading;
        }
      }
      for (Iterator<Reading> each = older.descendingIterator(); each.hasNext(); ) {
        Reading reading = each.next();
        if (age(reading) >= least) {
          return reading;
        }
      }
      return older.isEmpty() ? recent.getFirst() : older.getFirst();
    }

    /** Returns the number of readings that are kept. */
    int size() {
      return recent.size() + older.size();
    }

    private Reading second() {
      Iterator<Reading> each = recent.iterator();
      each.next();
      return each.next();
    }

    private long age(Reading reading) {
      return newest().nanos() - reading.nanos();
    }
  }
}
