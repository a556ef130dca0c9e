package io.completionworker.metrics.history;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How many measurements were at most so long, since the start.
 *
 * @param atMost by upper bound in seconds, cumulative; the last bound is infinite
 * @param longest the longest of the last two minutes or so, in seconds
 */
record Buckets(NavigableMap<Double, Double> atMost, double longest) {

  static final Buckets NONE = new Buckets(new TreeMap<>(), 0);

  /** Of a timer; none when it has no buckets. */
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

  /** Both together; they must have the same bounds. */
  Buckets plus(Buckets other) {
    NavigableMap<Double, Double> sum = new TreeMap<>(atMost);
    other.atMost.forEach((bound, count) -> sum.merge(bound, count, Double::sum));
    return new Buckets(sum, Math.max(longest, other.longest));
  }

  /** What came since an earlier look. */
  Buckets since(Buckets earlier) {
    NavigableMap<Double, Double> grown = new TreeMap<>();
    atMost.forEach(
        (bound, count) -> grown.put(bound, count - earlier.atMost.getOrDefault(bound, 0.0)));
    return new Buckets(grown, longest);
  }

  /**
   * Seconds that this part of the measurements took at most, even within a bucket, as Prometheus'
   * {@code histogram_quantile} has it, but never more than the longest. Empty when nothing was
   * measured; what is over the last finite bound counts as that bound.
   *
   * @param part from 0 to 1
   */
  OptionalDouble quantile(double part) {
    double all = atMost.isEmpty() ? 0 : atMost.lastEntry().getValue();
    if (all <= 0) {
      return OptionalDouble.empty();
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
        double estimate = lower + (upper - lower) * (rank - below) / within;
        return OptionalDouble.of(longest > 0 ? Math.min(estimate, longest) : estimate);
      }
      lower = upper;
      below = bucket.getValue();
    }
    return OptionalDouble.of(lower);
  }
}
