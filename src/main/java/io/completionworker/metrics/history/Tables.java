package io.completionworker.metrics.history;

import io.micrometer.core.instrument.Meter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The tables of a sample, each with the rows that matter most first and no more than can be read.
 */
final class Tables {

  /** More are left out: nobody reads them, and they go out with every sample. */
  static final int MOST_ROWS = 25;

  private static final double MINUTE = Duration.ofMinutes(1).toNanos();

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
    tables.put(Table.LIMITS, least(gauges(Names.LIMIT_AVAILABLE, Names.LIMIT, Names.SCOPE)));
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
    var prompt = rate(Names.MODEL, Names.TOKENS, Sampling.tagged(Names.TYPE, "prompt"));
    var completion = rate(Names.MODEL, Names.TOKENS, Sampling.tagged(Names.TYPE, "completion"));
    var cost = rate(Names.MODEL, Names.COST, Sampling::any);
    TreeSet<String> models = new TreeSet<>(prompt.keySet());
    models.addAll(completion.keySet());
    models.addAll(cost.keySet());
    return models.stream()
        .map(model -> row(model, at(completion, model), at(prompt, model), at(cost, model)))
        .toList();
  }

  private List<Row> costs() {
    var lately = rate(Names.CURRENCY, Names.COST, Sampling::any);
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

  /** What came in a minute, at the pace of the last one. */
  private Map<String, Double> rate(String tag, String counter, Predicate<Meter.Id> wanted) {
    double minutes = (minute.to().nanos() - minute.from().nanos()) / MINUTE;
    Map<String, Double> rates = minute.by(tag, counter, wanted);
    rates.replaceAll((value, count) -> minutes > 0 ? count / minutes : 0);
    return rates;
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

  private static Row row(String name, Double... values) {
    return new Row(List.of(name), List.of(values));
  }

  private static List<Row> most(List<Row> rows) {
    return first(rows, byValue().reversed());
  }

  private static List<Row> least(List<Row> rows) {
    return first(rows, byValue());
  }

  private static List<Row> first(List<Row> rows, Comparator<Row> order) {
    return rows.stream()
        .sorted(order.thenComparing(row -> String.join(" ", row.names())))
        .limit(MOST_ROWS)
        .toList();
  }

  private static Comparator<Row> byValue() {
    return Comparator.comparingDouble(row -> row.values().get(0));
  }
}
