// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.completionworker.metrics.history.Reading.Change;
import io.completionworker.metrics.history.Sample.Row;
import io.completionworker.metrics.history.Sample.Table;
import io.completionworker.metrics.history.Sampling.Names;
import io.micrometer.core.instrument.Meter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a sample, each with the rows that matter most first and no more than can be read.
 */
final class Tables {

  /** More are left out: nobody reads them, and they go out with every sample. */
  static final int MOST_ROWS = 25;

  private final Change minute;
  private final Change quarter;
  private final Reading now;

  Tables(Change minute, Change quarter) {
    this.minute = minute;
    this.quarter = quarter;
    this.now = minute.to();
  }

  Map<Table, List<Row>> withRows() {
    Map<Table, List<Row>> tables = new EnumMap<>(Table.class);
    tables.put(Table.FAILURES, most(failures()));
    tables.put(Table.HOLDS, most(holds()));
    tables.put(Table.MODELS, most(models()));
    tables.put(Table.COSTS, most(costs()));
    tables.put(Table.WAITING, most(gauges(Names.WAITING, Names.FOR)));
    tables.values().removeIf(List::isEmpty);
    return tables;
  }

  private List<Row> failures() {
    var retried = quarter.by(Names.REASON, Names.RETRIES, Sampling::any);
    var failed = quarter.by(Reading.OUTCOME, Names.OUTCOMES, Sampling::failed);
    var ever = now.by(Reading.OUTCOME, Names.OUTCOMES, Sampling::failed);
    TreeSet<String> reasons = new TreeSet<>(ever.keySet());
    reasons.addAll(retried.keySet());
    return reasons.stream()
        .filter(reason -> at(ever, reason) > 0 || retried.containsKey(reason))
        .map(reason -> row(reason, at(failed, reason), at(retried, reason), at(ever, reason)))
        .toList();
  }

  private List<Row> holds() {
    var ever = now.by(Names.REASON, Names.HOLDS, Sampling::any);
    var lately = quarter.by(Names.REASON, Names.HOLDS, Sampling::any);
    return ever.keySet().stream()
        .map(reason -> row(reason, at(lately, reason), at(ever, reason)))
        .toList();
  }

  private List<Row> models() {
    var prompt = minute.by(Names.MODEL, Names.TOKENS, Sampling.tagged(Names.TYPE, "prompt"));
    var completion =
        minute.by(Names.MODEL, Names.TOKENS, Sampling.tagged(Names.TYPE, "completion"));
    var cost = minute.by(Names.MODEL, Names.COST, Sampling::any);
    TreeSet<String> models = new TreeSet<>(prompt.keySet());
    models.addAll(completion.keySet());
    models.addAll(cost.keySet());
    return models.stream()
        .map(model -> row(model, completion.get(model), prompt.get(model), cost.get(model)))
        .toList();
  }

  private List<Row> costs() {
    var lately = minute.by(Names.CURRENCY, Names.COST, Sampling::any);
    var ever = now.by(Names.CURRENCY, Names.COST, Sampling::any);
    return ever.keySet().stream()
        .map(currency -> row(currency, at(lately, currency), at(ever, currency)))
        .toList();
  }

  private List<Row> gauges(String meter, String... tags) {
    List<Row> rows = new ArrayList<>();
    now.gauges()
        .forEach(
            (id, value) -> {
              if (id.getName().equals(meter)) {
                rows.add(new Row(names(id, tags), List.of(value)));
              }
            });
    return rows;
  }

  private static List<String> names(Meter.Id id, String... tags) {
    List<String> names = new ArrayList<>();
    for (String tag : tags) {
      String value = id.getTag(tag);
      names.add(value == null ? "" : value);
    }
    return names;
  }

  private static double at(Map<String, Double> values, String name) {
    return values.getOrDefault(name, 0.0);
  }

  private static Row row(String name, @Nullable Double... values) {
    return new Row(List.of(name), Arrays.asList(values));
  }

  private static List<Row> most(List<Row> rows) {
    Comparator<Row> byValue =
        Comparator.comparing(
            row -> row.values().get(0), Comparator.nullsFirst(Comparator.naturalOrder()));
    return rows.stream()
        .sorted(byValue.reversed().thenComparing(row -> String.join(" ", row.names())))
        .limit(MOST_ROWS)
        .toList();
  }
}
