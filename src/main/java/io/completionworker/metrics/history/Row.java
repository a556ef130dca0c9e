package io.completionworker.metrics.history;

import java.util.List;

/**
 * A row of a table.
 *
 * @param names what the row is of; they may come from outside, so nothing is known of their text
 * @param values in the order that the table says
 */
public record Row(List<String> names, List<Double> values) {

  /** Copies are kept. */
  public Row {
    names = List.copyOf(names);
    values = List.copyOf(values);
  }
}
