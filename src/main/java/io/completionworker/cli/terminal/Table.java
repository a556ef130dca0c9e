// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import io.completionworker.completion.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table with names, counts, and a text at the end of each row. If the table is wider than the
 * terminal, columns of zeros are left out. If it is still too wide, each value is on its own line.
 */
public final class Table {

  private final List<String> headings;
  private final int names;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates a table without rows.
   *
   * @param names how many columns, from the first, identify the row
   */
  public Table(List<String> headings, int names) {
    this.headings = List.copyOf(headings);
    this.names = names;
  }

  /**
   * Adds a row with a cell for each heading. Replaces control characters, because text from a topic
   * must not move the cursor.
   */
  public void add(List<String> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(cells + " are not a cell for each of " + headings);
    }
    rows.add(cells.stream().map(PrintableText::of).toList());
  }

  /**
   * Returns the lines of the table.
   *
   * @param columns how many columns a line may have
   */
  public List<String> lines(int columns) {
    List<List<String>> all = Stream.concat(Stream.of(headings), rows.stream()).toList();
    int[] every = IntStream.range(0, headings.size()).toArray();
    List<String> table = aligned(all, every);
    if (fits(table, columns)) {
      return table;
    }
    List<String> narrower = aligned(all, IntStream.of(every).filter(this::saysSomething).toArray());
    return fits(narrower, columns) ? narrower : rows.stream().flatMap(this::stacked).toList();
  }

  private static boolean fits(List<String> table, int columns) {
    return table.stream().allMatch(line -> line.length() <= columns);
  }

  private boolean saysSomething(int column) {
    return column < names || rows.stream().anyMatch(row -> !row.get(column).equals("0"));
  }

  /** Returns the lines of a table with these columns. */
  private List<String> aligned(List<List<String>> all, int[] shown) {
    int[] widths = new int[headings.size()];
    for (List<String> row : all) {
      for (int column : shown) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return all.stream().map(row -> aligned(row, shown, widths)).toList();
  }

  private String aligned(List<String> row, int[] shown, int[] widths) {
    StringBuilder line = new StringBuilder();
    int last = row.size() - 1;
    for (int column : shown) {
      String cell = row.get(column);
      String padding = " ".repeat(widths[column] - cell.length());
      boolean left = column < names || column == last;
      line.append(left ? cell + padding : padding + cell).append("  ");
    }
    return line.toString().stripTrailing();
  }

  private Stream<String> stacked(List<String> row) {
    return IntStream.range(0, row.size())
        .filter(i -> i < names || !row.get(i).equals("0"))
        .mapToObj(i -> (i == 0 ? "" : "  ") + headings.get(i) + " " + row.get(i));
  }
}
