// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.tally;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table at the end: names to the left, numbers to the right. */
public final class ClosingTable {

  private static final int COST_DECIMALS = 6;

  private final List<Row> rows = new ArrayList<>();

  private ClosingTable() {}

  /**
   * Prints it, a rule above and below.
   *
   * @param peakOpen most calls that were open at once
   */
  public static String of(Tally tally, int peakOpen, Duration took) {
    ClosingTable table = new ClosingTable();
    table.add("requests", tally.expected());
    table.add("responses", tally.responses());
    table.add("failures", tally.failed());
    tally.failures().forEach((reason, count) -> table.add("  " + reason, count));
    table.add("dead letters", tally.deadLetters());
    table.add("retries", tally.retries());
    table.add("chunks of answers", tally.chunks());
    table.add("usage rows", tally.usageRows());
    table.add("usage windows", tally.windows());
    table.add("  rows in them", tally.callsInWindows());
    table.add("prompt tokens", tally.promptTokens());
    table.add("completion tokens", tally.completionTokens());
    table.add("tokens in all", tally.promptTokens() + tally.completionTokens());
    tally.costs().forEach(table::addCost);
    table.add("calls in flight at peak", peakOpen);
    table.rows.add(
        new Row("seconds", String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0)));
    return table.print();
  }

  private void add(String name, long value) {
    rows.add(new Row(name, String.format(Locale.ROOT, "%,d", value)));
  }

  private void addCost(String currency, BigDecimal cost) {
    String shown = cost.setScale(COST_DECIMALS, RoundingMode.HALF_UP).toPlainString();
    rows.add(new Row("cost in " + currency, shown));
  }

  private String print() {
    int names = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    int values = rows.stream().mapToInt(row -> row.value().length()).max().orElse(0);
    String rule = "  " + "-".repeat(names + 3 + values) + "\n";
    StringBuilder text = new StringBuilder(rule);
    for (Row row : rows) {
      text.append("  ")
          .append(row.name())
          .append(" ".repeat(names - row.name().length() + 3 + values - row.value().length()))
          .append(row.value())
          .append('\n');
    }
    return text.append(rule).toString();
  }

  private record Row(String name, String value) {}
}
