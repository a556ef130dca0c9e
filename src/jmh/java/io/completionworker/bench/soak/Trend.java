// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The straight line through equally distant measurements, by least squares.
 *
 * @param mean of the measurements
 * @param slope from one to the next
 * @param steps from the first to the last
 */
record Trend(double mean, double slope, int steps) {

  static Trend of(List<Double> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double middle = (n - 1) / 2.0;
    double products =
        IntStream.range(0, n).mapToDouble(i -> (i - middle) * (values.get(i) - mean)).sum();
    double squares = IntStream.range(0, n).mapToDouble(i -> (i - middle) * (i - middle)).sum();
    return new Trend(mean, squares == 0 ? 0 : products / squares, Math.max(0, n - 1));
  }

  /** From the line's beginning to its end, as a share of the mean. */
  double growth() {
    return mean == 0 ? 0 : slope * steps / mean;
  }
}
