// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table.
 *
 * @param names what the row is of; they may come from outside, so nothing is known of their text
 * @param values in the order that the table says; null where a value is not known
 */
public record Row(List<String> names, List<@Nullable Double> values) {

  /** Copies are kept. */
  public Row {
    names = List.copyOf(names);
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }
}
