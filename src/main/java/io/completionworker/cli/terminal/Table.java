// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table of names, counts, and at the end of each row a text. Where it is wider than the terminal,
 * columns of zeros are left out; where it still is, each row is written one value below the other.
 */
public final class Table {

  private final List<String> headings;
  private final int names;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param names how many of the columns, from the first, name the row
   */
  public Table(List<String> headings, int names) {
    this.headings = List.copyOf(headings);
    this.names = names;
  }

  /** Adds a row with a cell for each heading. What comes from a topic must not move the cursor. */
  public void add(List<String> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(cells + " are not a cell for each of " + headings);
    }
    rows.add(cells.stream().map(cell -> cell.replaceAll("\\p{Cntrl}", "?")).toList());
  }

  /**
   * Its lines.
   *
   * @param columns that a line may have
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

  /** The lines of a table of these columns. */
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
