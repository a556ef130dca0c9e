// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * The values of one moment.
 *
 * @param values finite; a series that has none at that time is not in it
 * @param exceeded series of which is only known that they are above their value
 */
public record Point(Instant time, Map<Series, Double> values, Set<Series> exceeded) {

  /** Copies are kept. */
  public Point {
    values = Map.copyOf(values);
    exceeded = Set.copyOf(exceeded);
  }
}
