package io.completionworker.metrics.history;

import java.util.List;
import java.util.Map;

/**
 * All that is shown of one moment.
 *
 * @param tables those that have rows
 */
public record Sample(Point point, Map<Table, List<Row>> tables) {

  /** A copy of the tables is kept. */
  public Sample {
    tables = Map.copyOf(tables);
  }
}
