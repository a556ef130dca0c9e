package io.completionworker.metrics.history;

import java.time.Instant;
import java.util.Map;

/**
 * The values of one moment.
 *
 * @param values finite; a series that has none at that time is not in it
 */
public record Point(Instant time, Map<Series, Double> values) {

  /** A copy of the values is kept. */
  public Point {
    values = Map.copyOf(values);
  }
}
