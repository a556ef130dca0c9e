// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.util.ArrayList;
import java.util.List;

/** A table as a Markdown page has it. */
public final class MarkdownTable {

  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with the names of the columns. */
  public MarkdownTable(String... columns) {
    rows.add(List.of(columns));
  }

  /** Adds a line. */
  public MarkdownTable row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
      if (i == 0) {
        text.append("|---".repeat(rows.get(0).size())).append("|\n");
      }
    }
    return text.toString();
  }
}
