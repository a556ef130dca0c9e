// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
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
   * An estimate of the seconds within which this part of the measurements ended: evenly spread
   * within a bucket, as in Prometheus' {@code histogram_quantile}, whose end is the longest
   * measurement where that is lower. Empty when nothing was measured.
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
   * A percentile.
   *
   * @param exceeded whether it is in the bucket without an end, so that all that is known is that
   *     it is longer than these seconds
   */
  record Quantile(double seconds, boolean exceeded) {}
}
