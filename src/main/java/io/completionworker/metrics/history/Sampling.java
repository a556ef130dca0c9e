// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.MeterSpec;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.metrics.history.History.Readings;
import io.completionworker.metrics.history.Reading.Buckets;
import io.completionworker.metrics.history.Reading.Change;
import io.completionworker.metrics.history.Sample.Point;
import io.completionworker.metrics.history.Sample.Row;
import io.completionworker.metrics.history.Sample.Series;
import io.completionworker.metrics.history.Sample.Table;
import io.completionworker.metrics.history.Sampling.Names;
import io.micrometer.core.instrument.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Builds a sample from the readings. */
final class Sampling {

  /** Short, because users watch the throughput change, but longer than a call or two. */
  private static final Duration THROUGHPUT_WINDOW = Duration.ofSeconds(10);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final Duration HALF_A_STEP = History.STEP.dividedBy(2);

  private static final Map<Series, String> GAUGES =
      Map.of(
          Series.IN_FLIGHT, Names.IN_FLIGHT,
          Series.PENDING, Names.PENDING_RECORDS,
          Series.PENDING_BYTES, Names.PENDING_BYTES,
          Series.PARKED, Names.PARKED_RECORDS,
          Series.QUEUE_AGE, Names.QUEUE_AGE,
          Series.SHARE, Names.LIMIT_SHARE,
          Series.ON_HOLD, Names.CREDENTIALS_ON_HOLD,
          Series.BREAKERS_OPEN, Names.BREAKERS_OPEN,
          Series.INTAKE_PAUSED, Names.INTAKE_PAUSED,
          Series.LAG, Names.LAG);

  private final Map<Series, Double> values = new EnumMap<>(Series.class);
  private final Set<Series> exceeded = EnumSet.noneOf(Series.class);
  private final Change minute;

  private Sampling(Readings readings) {
    Change shortly = new Change(readings.before(THROUGHPUT_WINDOW), readings.newest());
    minute = new Change(readings.before(MINUTE), readings.newest());
    GAUGES.forEach((series, name) -> put(series, readings.newest().gauge(name)));
    put(
        Series.RESPONSES,
        shortly.perSecond(Names.OUTCOMES, tagged(Reading.OUTCOME, Reading.RESPONSE)));
    put(Series.FAILURES, shortly.perSecond(Names.OUTCOMES, Sampling::failed));
    put(Series.RETRIES, shortly.perSecond(Names.RETRIES, Sampling::any));
    putMinute(Series.PROMPT_TOKENS, Names.TOKENS, tagged(Names.TYPE, "prompt"));
    putMinute(Series.CACHED_TOKENS, Names.TOKENS, tagged(Names.TYPE, "cached"));
    putMinute(Series.COMPLETION_TOKENS, Names.TOKENS, tagged(Names.TYPE, "completion"));
    putMinute(Series.CACHE_ASKED, Names.CACHE, Sampling::any);
    putMinute(Series.CACHE_MISSES, Names.CACHE, tagged(Names.RESULT, RequestMeters.CACHE_MISS));
    putMinute(Series.COST, Names.COST, Sampling::any);
    if (minute.length().compareTo(MINUTE.minus(HALF_A_STEP)) >= 0) {
      put(Series.DONE, minute.perSecond(Names.OUTCOMES, Sampling::any));
    }
    putMinute(Series.CALLS, Names.ATTEMPTS, Sampling::any);
    putMinute(Series.CALLS_FAILED, Names.ATTEMPTS, Sampling::failed);
    putQuantiles(Names.ATTEMPTS, Series.CALL_P50, Series.CALL_P95, Series.CALL_P99);
    putQuantiles(
        Names.REQUEST_DURATION, Series.REQUEST_P50, Series.REQUEST_P95, Series.REQUEST_P99);
  }

  /** Returns the sample of the newest reading. */
  static Sample of(Readings readings, Instant time) {
    Sampling sampling = new Sampling(readings);
    Change quarter = new Change(readings.before(Readings.QUARTER), readings.newest());
    return new Sample(
        new Point(time, sampling.values, sampling.exceeded),
        new Tables(sampling.minute, quarter).withRows(),
        sampling.minute.length());
  }

  /** Whether the meter counts outcomes other than responses. */
  static boolean failed(Meter.Id outcome) {
    return !Reading.RESPONSE.equals(outcome.getTag(Reading.OUTCOME));
  }

  static boolean any(Meter.Id id) {
    return true;
  }

  static Predicate<Meter.Id> tagged(String tag, String value) {
    return id -> value.equals(id.getTag(tag));
  }

  private void putMinute(Series series, String counter, Predicate<Meter.Id> wanted) {
    put(series, minute.growth(counter, wanted));
  }

  private void putQuantiles(String timer, Series half, Series most, Series nearlyAll) {
    Buckets measured = minute.timer(timer);
    putQuantile(half, measured.quantile(0.5));
    putQuantile(most, measured.quantile(0.95));
    putQuantile(nearlyAll, measured.quantile(0.99));
  }

  private void putQuantile(Series series, Optional<Buckets.Quantile> quantile) {
    quantile.ifPresent(
        known -> {
          values.put(series, known.seconds());
          if (known.exceeded()) {
            exceeded.add(series);
          }
        });
  }

  private void put(Series series, OptionalDouble value) {
    value.ifPresent(finite -> values.put(series, finite));
  }

  /** The names of the meters that are read if they exist, and of their tags. */
  static final class Names {

    static final String IN_FLIGHT = CallMeters.IN_FLIGHT.name();
    static final String PENDING_RECORDS = RequestMeters.PENDING_RECORDS.name();
    static final String PENDING_BYTES = RequestMeters.PENDING_BYTES.name();
    static final String PARKED_RECORDS = RequestMeters.PARKED_RECORDS.name();
    static final String LIMIT_SHARE = HealthMeters.LIMIT_SHARE.name();
    static final String CREDENTIALS_ON_HOLD = HealthMeters.CREDENTIALS_ON_HOLD.name();
    static final String BREAKERS_OPEN = HealthMeters.BREAKERS_OPEN.name();
    static final String INTAKE_PAUSED = RequestMeters.INTAKE_PAUSED.name();
    static final String LAG = RequestMeters.LAG.name();
    static final String CACHE = RequestMeters.CACHE_REQUESTS.name();
    static final String RESULT = "result";
    static final String PERMIT_WAIT = HealthMeters.PERMIT_WAIT.name();
    static final String ATTEMPTS = CallMeters.ATTEMPTS.name();
    static final String OUTCOMES = RequestMeters.OUTCOMES.name();
    static final String RETRIES = RequestMeters.RETRIES.name();
    static final String HOLDS = HealthMeters.HOLDS.name();
    static final String TOKENS = CallMeters.TOKENS.name();
    static final String COST = CallMeters.COST.name();
    static final String REQUEST_DURATION = RequestMeters.REQUEST_DURATION.name();
    static final String QUEUE_AGE = RequestMeters.QUEUE_AGE.name();
    static final String WAITING = RequestMeters.WAITING.name();
    static final String TENANT_CALLS = RequestMeters.TENANT_CALLS.name();
    static final String TENANT_TOKENS = RequestMeters.TENANT_TOKENS.name();
    static final String TENANT_WAITING = RequestMeters.TENANT_WAITING.name();

    static final String REASON = "reason";
    static final String MODEL = "model";
    static final String TYPE = "type";
    static final String CURRENCY = "currency";
    static final String FOR = "for";
    static final String TENANT = "tenant";

    private Names() {}
  }

  /**
   * Builds the tables of a sample. Each table has the most important rows first and has at most
   * {@link #MOST_ROWS}.
   */
  static final class Tables {

    /**
     * The most rows of a table. A user would not read more, and the rows are sent with every
     * sample.
     */
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
      tables.put(Table.CLASSES, most(classes()));
      tables.put(Table.TENANTS, most(tenants()));
      tables.put(Table.COSTS, most(costs()));
      tables.put(Table.WAITING, most(rows(now.gauges(Names.FOR, Names.WAITING))));
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
          .filter(reason -> at(ever, reason) > 0 || at(retried, reason) > 0)
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

    private List<Row> classes() {
      var calls = minute.by(MeterSpec.CLASS, Names.PERMIT_WAIT, Sampling::any);
      var pending = now.gauges(MeterSpec.CLASS, Names.PENDING_RECORDS);
      var lag = now.gauges(MeterSpec.CLASS, Names.LAG);
      return pending.keySet().stream()
          .map(name -> row(name, at(calls, name), pending.get(name), lag.get(name)))
          .toList();
    }

    private List<Row> tenants() {
      var tokens = minute.by(Names.TENANT, Names.TENANT_TOKENS, Sampling::any);
      var calls = minute.by(Names.TENANT, Names.TENANT_CALLS, Sampling::any);
      var waiting = now.gauges(Names.TENANT, Names.TENANT_WAITING);
      return waiting.keySet().stream()
          .map(name -> row(name, at(tokens, name), at(calls, name), waiting.get(name)))
          .toList();
    }

    private List<Row> costs() {
      var lately = minute.by(Names.CURRENCY, Names.COST, Sampling::any);
      var ever = now.by(Names.CURRENCY, Names.COST, Sampling::any);
      return ever.keySet().stream()
          .map(currency -> row(currency, at(lately, currency), at(ever, currency)))
          .toList();
    }

    private static List<Row> rows(Map<String, Double> values) {
      return values.entrySet().stream().map(one -> row(one.getKey(), one.getValue())).toList();
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
}
