// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All that is shown of one moment.
 *
 * @param tables those that have rows
 * @param minute how much of the last minute was seen: less than a minute at first
 */
public record Sample(Point point, Map<Table, List<Row>> tables, Duration minute) {

  /** A copy of the tables is kept. */
  public Sample {
    tables = Map.copyOf(tables);
  }
}
