// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.completionworker.metrics.MeterSpec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The values of the worker's meters at one moment.
 *
 * @param nanos the time of the reading, on a monotonic clock
 * @param counters the sums since the start. For a timer, the number of its measurements.
 * @param gauges the current values; finite, or not known for one class of requests
 * @param timers the buckets of answered calls and of requests with a response, by meter
 */
record Reading(
    long nanos,
    Map<Meter.Id, Double> counters,
    Map<Meter.Id, Double> gauges,
    Map<String, Buckets> timers) {

  static final String OUTCOME = "outcome";
  static final String RESPONSE = "response";

  private static final String OURS = "completion.worker.";

  static Reading of(MeterRegistry registry, long nanos) {
    Map<Meter.Id, Double> counters = new HashMap<>();
    Map<Meter.Id, Double> gauges = new HashMap<>();
    Map<String, Buckets> timers = new HashMap<>();
    registry.forEachMeter(
        meter -> {
          Meter.Id id = meter.getId();
          if (!id.getName().startsWith(OURS)) {
            return;
          }
          if (meter instanceof Counter counter) {
            counters.put(id, counter.count());
          } else if (meter instanceof Gauge gauge) {
            gauges.put(id, gauge.value());
          } else if (meter instanceof Timer timer) {
            counters.put(id, (double) timer.count());
            if (RESPONSE.equals(id.getTag(OUTCOME))) {
              timers.merge(id.getName(), Buckets.of(timer.takeSnapshot()), Buckets::plus);
            }
          }
        });
    gauges
        .entrySet()
        .removeIf( // the watched object is gone
            gauge ->
                !Double.isFinite(gauge.getValue())
                    && gauge.getKey().getTag(MeterSpec.CLASS) == null);
    return new Reading(nanos, counters, gauges, timers);
  }

  /**
   * Returns the value of a gauge, summed over all its series; empty if the gauge does not exist, or
   * if the value of one class is not known: a part would be taken for the whole.
   */
  OptionalDouble gauge(String name) {
    OptionalDouble sum =
        gauges.entrySet().stream()
            .filter(entry -> entry.getKey().getName().equals(name))
            .mapToDouble(Map.Entry::getValue)
            .reduce(Double::sum);
    return sum.isPresent() && Double.isFinite(sum.getAsDouble()) ? sum : OptionalDouble.empty();
  }

  /** Returns the values of a gauge by the value of one tag, ordered by the value of the tag. */
  Map<String, Double> gauges(String tag, String name) {
    Map<String, Double> values = new TreeMap<>();
    gauges.forEach(
        (id, value) -> {
          String key = id.getTag(tag);
          if (id.getName().equals(name) && key != null && Double.isFinite(value)) {
            values.put(key, value);
          }
        });
    return values;
  }

  /** Returns the sum of a meter's counters that match; empty if the meter does not exist. */
  OptionalDouble sum(String name, Predicate<Meter.Id> wanted) {
    return counters.keySet().stream().noneMatch(id -> id.getName().equals(name))
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            counters.entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(name))
                .filter(entry -> wanted.test(entry.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .sum());
  }

  /** Returns the sums of a meter's counters by the value of one tag, ordered by the value. */
  Map<String, Double> by(String tag, String name, Predicate<Meter.Id> wanted) {
    Map<String, Double> sums = new TreeMap<>();
    counters.forEach(
        (id, count) -> {
          String value = id.getTag(tag);
          if (id.getName().equals(name) && value != null && wanted.test(id)) {
            sums.merge(value, count, Double::sum);
          }
        });
    return sums;
  }

  Buckets timer(String name) {
    return timers.getOrDefault(name, Buckets.NONE);
  }

  /** The change between two readings. */
  record Change(Reading from, Reading to) {

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    /**
     * Returns the growth per second of a meter's counters that match; empty if the meter does not
     * exist or no time has passed.
     */
    OptionalDouble perSecond(String name, Predicate<Meter.Id> wanted) {
      double seconds = (to.nanos() - from.nanos()) / SECOND;
      OptionalDouble growth = growth(name, wanted);
      return growth.isEmpty() || seconds <= 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(growth.getAsDouble() / seconds);
    }

    /** Returns the growth of a meter's counters that match; empty if the meter does not exist. */
    OptionalDouble growth(String name, Predicate<Meter.Id> wanted) {
      OptionalDouble sum = to.sum(name, wanted);
      return sum.isEmpty()
          ? sum
          : OptionalDouble.of(sum.getAsDouble() - from.sum(name, wanted).orElse(0));
    }

    /** Returns the time between the two readings. */
    Duration length() {
      return Duration.ofNanos(to.nanos() - from.nanos());
    }

    /** Returns the growth of a meter's counters by the value of a tag. */
    Map<String, Double> by(String tag, String name, Predicate<Meter.Id> wanted) {
      Map<String, Double> before = from.by(tag, name, wanted);
      Map<String, Double> grown = new TreeMap<>(to.by(tag, name, wanted));
      grown.replaceAll((value, count) -> count - before.getOrDefault(value, 0.0));
      return grown;
    }

    /** Returns what a timer measured between the readings. */
    Buckets timer(String name) {
      return to.timer(name).since(from.timer(name));
    }
  }

  /**
   * A cumulative histogram of measurements since the start.
   *
   * @param atMost the number of measurements up to each upper bound in seconds. The last bound is
   *     infinite.
   * @param longest the longest measurement of about the last two minutes, in seconds
   */
  record Buckets(NavigableMap<Double, Double> atMost, double longest) {

    static final Buckets NONE = new Buckets(new TreeMap<>(), 0);

    /** Returns the buckets of a timer; {@link #NONE} if it has no buckets. */
    static Buckets of(HistogramSnapshot timer) {
      if (timer.histogramCounts().length == 0) {
        return NONE;
      }
      NavigableMap<Double, Double> atMost = new TreeMap<>();
      for (CountAtBucket bucket : timer.histogramCounts()) {
        atMost.put(bucket.bucket(TimeUnit.SECONDS), bucket.count());
      }
      atMost.merge(Double.POSITIVE_INFINITY, (double) timer.count(), Math::max);
      return new Buckets(atMost, timer.max(TimeUnit.SECONDS));
    }

    /** Returns the sum of both, which must have the same bounds. */
    Buckets plus(Buckets other) {
      NavigableMap<Double, Double> sum = new TreeMap<>(atMost);
      other.atMost.forEach((bound, count) -> sum.merge(bound, count, Double::sum));
      return new Buckets(sum, Math.max(longest, other.longest));
    }

    /** Returns the measurements since an earlier reading. */
    Buckets since(Buckets earlier) {
      NavigableMap<Double, Double> grown = new TreeMap<>();
      atMost.forEach(
          (bound, count) -> grown.put(bound, count - earlier.atMost.getOrDefault(bound, 0.0)));
      return new Buckets(grown, longest);
    }

    /**
     * Returns an estimate of a quantile in seconds; empty if nothing was measured. Measurements are
     * assumed to be evenly spread within a bucket, as in Prometheus's {@code histogram_quantile}.
     * The end of a bucket is the longest measurement if that is below its upper bound.
     *
     * @param part from 0 to 1
     */
    Optional<Quantile> quantile(double part) {
      double all = atMost.isEmpty() ? 0 : atMost.lastEntry().getValue();
      if (all <= 0) {
        return Optional.empty();
      }
      double rank = part * all;
      double lower = 0;
      double below = 0;
      for (Map.Entry<Double, Double> bucket : atMost.entrySet()) {
        double upper = bucket.getKey();
        if (Double.isInfinite(upper)) {
          break;
        }
        double within = bucket.getValue() - below;
        if (bucket.getValue() >= rank && within > 0) {
          double end = longest > lower ? Math.min(upper, longest) : upper;
          return Optional.of(new Quantile(lower + (end - lower) * (rank - below) / within, false));
        }
        lower = upper;
        below = bucket.getValue();
      }
      return Optional.of(new Quantile(lower, true));
    }

    /**
     * A quantile.
     *
     * @param exceeded whether it is in the bucket without an upper bound. If so, the quantile is
     *     only known to be above these seconds.
     */
    record Quantile(double seconds, boolean exceeded) {}
  }
}
