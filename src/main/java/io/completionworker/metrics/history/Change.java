// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.micrometer.core.instrument.Meter;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What came between two readings. */
record Change(Reading from, Reading to) {

  private static final double SECOND = Duration.ofSeconds(1).toNanos();

  /** What those counters of a meter that pass grew by a second; empty without the meter. */
  OptionalDouble perSecond(String name, Predicate<Meter.Id> wanted) {
    double seconds = (to.nanos() - from.nanos()) / SECOND;
    OptionalDouble growth = growth(name, wanted);
    return growth.isEmpty() || seconds <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(growth.getAsDouble() / seconds);
  }

  /** What those counters of a meter that pass grew by; empty without the meter. */
  OptionalDouble growth(String name, Predicate<Meter.Id> wanted) {
    OptionalDouble sum = to.sum(name, wanted);
    return sum.isEmpty()
        ? sum
        : OptionalDouble.of(sum.getAsDouble() - from.sum(name, wanted).orElse(0));
  }

  /** The time between the two. */
  Duration length() {
    return Duration.ofNanos(to.nanos() - from.nanos());
  }

  /** What a meter's counters grew by, for each value of a tag. */
  Map<String, Double> by(String tag, String name, Predicate<Meter.Id> wanted) {
    Map<String, Double> before = from.by(tag, name, wanted);
    Map<String, Double> grown = new TreeMap<>(to.by(tag, name, wanted));
    grown.replaceAll((value, count) -> count - before.getOrDefault(value, 0.0));
    return grown;
  }

  /** What a timer measured meanwhile. */
  Buckets timer(String name) {
    return to.timer(name).since(from.timer(name));
  }
}
