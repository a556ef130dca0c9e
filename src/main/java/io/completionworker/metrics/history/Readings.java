// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The readings of a quarter of an hour: all of the last minute, of those before it one each half
 * minute. For one thread.
 */
final class Readings {

  static final Duration QUARTER = Duration.ofMinutes(15);

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long HALF_A_STEP_NANOS = History.STEP.toNanos() / 2;
  private static final long APART_NANOS = Duration.ofSeconds(30).toNanos();

  private final Deque<Reading> recent = new ArrayDeque<>();
  private final Deque<Reading> older = new ArrayDeque<>();

  Readings(Reading first) {
    recent.add(first);
  }

  /** The newest, which must not be before any other. */
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

  /** The newest one that is so old, to half a step, or older; else the oldest that there is. */
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

  /** How many are kept. */
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
