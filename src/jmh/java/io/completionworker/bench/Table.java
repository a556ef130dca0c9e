// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines of a name and a value, aligned. */
public final class Table {

  private final List<String[]> rows = new ArrayList<>();

  /** Adds a line; {@code format} as in {@link String#format}. */
  public Table row(String name, String format, Object... values) {
    rows.add(new String[] {name, String.format(Locale.ROOT, format, values)});
    return this;
  }

  @Override
  public String toString() {
    int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      text.append("  ").append(row[0]).append(" ".repeat(width - row[0].length() + 2));
      text.append(row[1]).append('\n');
    }
    return text.toString();
  }
}
