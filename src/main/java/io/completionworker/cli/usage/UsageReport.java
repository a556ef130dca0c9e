// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.terminal.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The answer: what each group used and cost, the most expensive first.
 *
 * @param notices why the sums may lack something, a line each
 * @param complete whether every row that was looked at could be read
 */
public record UsageReport(
    UsageQuestion question, UsageTotals totals, List<String> notices, boolean complete) {

  private static final Comparator<Map.Entry<String, UsageTotals.Row>> DEAREST_FIRST =
      Comparator.comparing(
              (Map.Entry<String, UsageTotals.Row> entry) -> amount(entry.getValue()),
              Comparator.reverseOrder())
          .thenComparing(entry -> entry.getValue().calls(), Comparator.reverseOrder())
          .thenComparing(Map.Entry::getKey);

  /**
   * For people.
   *
   * @param columns that a line may have
   */
  public List<String> lines(int columns) {
    if (totals.groups().isEmpty()) {
      return List.of("No call ended in that time");
    }
    List<String> headings = new ArrayList<>();
    question.groupings().forEach(one -> headings.add(one.name().toUpperCase(Locale.ROOT)));
    int names = headings.size();
    headings.addAll(UsageTotals.HEADINGS);
    Table table = new Table(headings, names);
    for (Map.Entry<String, UsageTotals.Row> entry : sorted()) {
      table.add(row(question.values(entry.getKey()), entry.getValue()));
    }
    if (totals.groups().size() > 1) {
      List<String> all = new ArrayList<>(Collections.nCopies(names, ""));
      all.set(0, "all");
      table.add(row(all, totals.all()));
    }
    return table.lines(columns);
  }

  /** For scripts: a JSON object for each group. */
  public List<String> json() {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, UsageTotals.Row> entry : sorted()) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      List<String> values = question.values(entry.getKey());
      for (int i = 0; i < values.size(); i++) {
        line.put(question.groupings().get(i).name(), values.get(i));
      }
      entry.getValue().describe(line);
      lines.add(line.toString());
    }
    return lines;
  }

  private static List<String> row(List<String> names, UsageTotals.Row row) {
    return Stream.concat(names.stream(), row.cells().stream()).toList();
  }

  private List<Map.Entry<String, UsageTotals.Row>> sorted() {
    return totals.groups().entrySet().stream().sorted(DEAREST_FIRST).toList();
  }

  /** Amounts of several currencies cannot be compared; then their sum is only an order. */
  private static BigDecimal amount(UsageTotals.Row row) {
    return row.cost().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
