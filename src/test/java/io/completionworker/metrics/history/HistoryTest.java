// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.completionworker.metrics.history.History.Readings;
import io.completionworker.metrics.history.Sample.Point;
import io.completionworker.metrics.history.Sample.Row;
import io.completionworker.metrics.history.Sample.Series;
import io.completionworker.metrics.history.Sample.Table;
import io.completionworker.metrics.history.Sampling.Names;
import io.completionworker.metrics.history.Sampling.Tables;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoryTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final History history = new History(registry, 0);
  private final List<Sample> told = new ArrayList<>();
  private Duration now = Duration.ZERO;

  @AfterEach
  void close() {
    history.close();
  }

  @Test
  void shouldShowNothingOfMetersThatAreNotThere() {
    Sample sample = next();

    assertThat(sample.point().values()).isEmpty();
    assertThat(sample.tables()).isEmpty();
  }

  @Test
  void shouldSayHowManyOutcomesThereWereASecond() {
    for (int step = 0; step < 20; step++) {
      times(step < 10 ? 100 : 6, () -> count(Names.OUTCOMES, 1, "outcome", "response"));
      count(Names.OUTCOMES, 1, "outcome", "TIMEOUT");
      count(Names.RETRIES, 1, "reason", "RATE_LIMITED");
      count(Names.RETRIES, 1, "reason", "TIMEOUT");
      next();
    }

    assertThat(now()).containsEntry(Series.RESPONSES, 3.0);
    assertThat(now()).containsEntry(Series.FAILURES, 0.5);
    assertThat(now()).containsEntry(Series.RETRIES, 1.0);
  }

  @Test
  void shouldReadGaugesAndLeaveOutWhatHasNoValue() {
    gauge(Names.IN_FLIGHT, 7);
    gauge(Names.LIMIT_SHARE, Double.NaN);

    assertThat(next().point().values()).containsExactly(Map.entry(Series.IN_FLIGHT, 7.0));
  }

  @Test
  void shouldTellPercentilesOfTheLastMinute() {
    Timer answered = timer(Names.ATTEMPTS, "response");
    times(1000, () -> answered.record(LONG));
    next();
    times(31, this::next);

    times(98, () -> answered.record(Duration.ofMillis(150)));
    times(2, () -> answered.record(Duration.ofMillis(900)));
    timer(Names.ATTEMPTS, "TIMEOUT").record(Duration.ofSeconds(60));
    next();

    assertThat(now().get(Series.CALL_P50)).isBetween(0.1, 0.2);
    assertThat(now().get(Series.CALL_P95)).isBetween(0.1, 0.2);
    assertThat(now().get(Series.CALL_P99)).isBetween(0.5, 1.0);
    assertThat(now()).doesNotContainKey(Series.REQUEST_P50);

    times(30, this::next);
    assertThat(now()).doesNotContainKey(Series.CALL_P50);
  }

  @Test
  void shouldTellNoLongerTimeThanWasMeasured() {
    times(10, () -> timer(Names.REQUEST_DURATION, "response").record(Duration.ofSeconds(2)));

    Point point = next().point();

    assertThat(point.values().get(Series.REQUEST_P50)).isBetween(1.0, 2.0);
    assertThat(point.values().get(Series.REQUEST_P99)).isBetween(1.9, 2.0);
    assertThat(point.exceeded()).isEmpty();
  }

  @Test
  void shouldTellAPercentileAboveTheLastBucketFromOneThatIsItsEnd() {
    Timer answered = timer(Names.ATTEMPTS, "response");
    times(98, () -> answered.record(Duration.ofSeconds(60)));
    times(2, () -> answered.record(Duration.ofSeconds(61)));

    Point point = next().point();

    assertThat(point.values()).containsEntry(Series.CALL_P99, 60.0);
    assertThat(point.values().get(Series.CALL_P95)).isBetween(55.0, 60.0);
    assertThat(point.exceeded()).containsExactly(Series.CALL_P99);
  }

  @Test
  void shouldCountInTheFirstMinuteWithoutExtrapolating() {
    count("completion.worker.tokens", 0, "type", "prompt", "model", "a");
    next();
    count("completion.worker.tokens", 7, "type", "prompt", "model", "a");
    count("completion.worker.cost", 0.0014, "currency", "USD", "model", "a");
    next();

    assertThat(told.get(1).minute()).isEqualTo(Duration.ofSeconds(4));
    assertThat(now()).containsEntry(Series.PROMPT_TOKENS, 7.0).containsEntry(Series.COST, 0.0014);
    assertThat(rows(Table.MODELS).get(0).values()).containsExactly(null, 7.0, 0.0014);
    assertThat(rows(Table.COSTS)).containsExactly(new Row(List.of("USD"), List.of(0.0014, 0.0014)));

    times(40, this::next);
    assertThat(told.get(told.size() - 1).minute()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void shouldNotTakeAModelWithoutAPriceForFree() {
    count("completion.worker.tokens", 7, "type", "prompt", "model", "unpriced");
    count("completion.worker.tokens", 3, "type", "completion", "model", "unpriced");
    next();

    assertThat(rows(Table.MODELS))
        .containsExactly(new Row(List.of("unpriced"), Arrays.asList(3.0, 7.0, null)));
  }

  @Test
  void shouldLookAMinuteBackThoughTheClockIsNotExact() {
    Readings readings = new Readings(Reading.of(registry, 0));
    for (long second = 2; second <= 120; second += 2) {
      readings.add(Reading.of(registry, nanos(second) + second % 4 * 1_000_000));
    }

    assertThat(readings.before(Duration.ofMinutes(1)).nanos()).isBetween(nanos(59), nanos(61));
  }

  @Test
  void shouldTellNoPercentilesOfATimerWithoutBuckets() {
    Timer.builder(Names.ATTEMPTS).tag("outcome", "response").register(registry).record(LONG);

    assertThat(next().point().values()).doesNotContainKey(Series.CALL_P50);
  }

  @Test
  void shouldAddTokensAndCostUpByModelAndMinute() {
    Runnable step =
        () -> {
          count("completion.worker.tokens", 10, "type", "prompt", "model", "a");
          count("completion.worker.tokens", 30, "type", "completion", "model", "a");
          count("completion.worker.tokens", 40, "type", "completion", "model", "b");
          count("completion.worker.tokens", 5, "type", "cached", "model", "b");
          count("completion.worker.cost", 0.5, "currency", "USD", "model", "a");
          next();
        };
    times(40, step);

    assertThat(now()).containsEntry(Series.PROMPT_TOKENS, 300.0);
    assertThat(now()).containsEntry(Series.COMPLETION_TOKENS, 2100.0);
    assertThat(now().get(Series.COST)).isCloseTo(15, within(1e-9));
    assertThat(rows(Table.MODELS))
        .containsExactly(
            new Row(List.of("b"), Arrays.asList(1200.0, null, null)),
            new Row(List.of("a"), List.of(900.0, 300.0, 15.0)));
    assertThat(rows(Table.COSTS)).containsExactly(new Row(List.of("USD"), List.of(15.0, 20.0)));
  }

  @Test
  void shouldCountFailuresOfAQuarterOfAnHourAndSinceTheStart() {
    count(Names.OUTCOMES, 1, "outcome", "TIMEOUT");
    count(Names.HOLDS, 1, "reason", "AUTHENTICATION");
    next();
    times(16 * 30, this::next);
    times(2, () -> count(Names.OUTCOMES, 1, "outcome", "TIMEOUT"));
    times(3, () -> count(Names.RETRIES, 1, "reason", "RATE_LIMITED"));
    count(Names.OUTCOMES, 1, "outcome", "response");
    next();

    assertThat(rows(Table.FAILURES))
        .containsExactly(
            new Row(List.of("TIMEOUT"), List.of(2.0, 0.0, 3.0)),
            new Row(List.of("RATE_LIMITED"), List.of(0.0, 3.0, 0.0)));
    assertThat(rows(Table.HOLDS))
        .containsExactly(new Row(List.of("AUTHENTICATION"), List.of(0.0, 1.0)));
  }

  @Test
  void shouldForgetAReasonThatWasOnlyRetriedAQuarterOfAnHourAgo() {
    count(Names.RETRIES, 0, "reason", "RATE_LIMITED");
    next();
    count(Names.RETRIES, 1, "reason", "RATE_LIMITED");
    next();
    assertThat(rows(Table.FAILURES))
        .containsExactly(new Row(List.of("RATE_LIMITED"), List.of(0.0, 1.0, 0.0)));

    times(16 * 30, this::next);

    assertThat(rows(Table.FAILURES)).isEmpty();
  }

  @Test
  void shouldNameWhatRequestsWaitFor() {
    gauge("completion.worker.waiting", 4, "for", "permit");
    gauge("completion.worker.waiting", 9, "for", "slot");
    next();

    assertThat(rows(Table.WAITING))
        .containsExactly(
            new Row(List.of("slot"), List.of(9.0)), new Row(List.of("permit"), List.of(4.0)));
  }

  @Test
  void shouldSayWhatTenantsGetAndHowMuchOfThemWaits() {
    gauge("completion.worker.tenant.waiting", 4, "tenant", "quiet");
    gauge("completion.worker.tenant.waiting", 9, "tenant", "busy");
    count(Names.TENANT_TOKENS, 0, "tenant", "busy");
    count(Names.TENANT_CALLS, 0, "tenant", "busy");
    next();
    count(Names.TENANT_TOKENS, 500, "tenant", "busy");
    count(Names.TENANT_CALLS, 2, "tenant", "busy");
    next();

    assertThat(rows(Table.TENANTS))
        .containsExactly(
            new Row(List.of("busy"), List.of(500.0, 2.0, 9.0)),
            new Row(List.of("quiet"), List.of(0.0, 0.0, 4.0)));
  }

  @Test
  void shouldSayWhatClassesHaveAndWhatTheyAreCalled() {
    gauge("completion.worker.pending.records", 4, "class", "urgent");
    gauge("completion.worker.pending.records", 9, "class", "bulk");
    gauge("completion.worker.lag", 700, "class", "bulk");
    Timer waits = registry.timer("completion.worker.permit.wait", "class", "urgent");
    next();
    waits.record(Duration.ofSeconds(1));
    next();

    assertThat(rows(Table.CLASSES))
        .containsExactly(
            new Row(List.of("urgent"), Arrays.asList(1.0, 4.0, null)),
            new Row(List.of("bulk"), Arrays.asList(0.0, 9.0, 700.0)));
    assertThat(now()).containsEntry(Series.PENDING, 13.0);
  }

  @Test
  void shouldHaveNoRowsOfClassesIfThereIsOnlyOne() {
    gauge("completion.worker.pending.records", 4);
    next();

    assertThat(rows(Table.CLASSES)).isEmpty();
  }

  @Test
  void shouldSayTheRateOfOutcomesWhenItHasSeenAMinute() {
    count(Names.OUTCOMES, 0, "outcome", "response");
    times(29, () -> outcomes(4));
    assertThat(now()).doesNotContainKey(Series.DONE);

    outcomes(4);
    assertThat(now().get(Series.DONE)).isCloseTo(2.0, within(1e-9));
    times(30, () -> outcomes(1));
    assertThat(now().get(Series.DONE)).isCloseTo(0.5, within(1e-9));
  }

  private void outcomes(int responses) {
    count(Names.OUTCOMES, responses, "outcome", "response");
    next();
  }

  @Test
  void shouldCountCallsOfTheLastMinuteAndThoseThatFailed() {
    timer(Names.ATTEMPTS, "response");
    timer(Names.ATTEMPTS, "TIMEOUT");
    next();
    times(3, () -> timer(Names.ATTEMPTS, "response").record(LONG));
    timer(Names.ATTEMPTS, "TIMEOUT").record(LONG);
    next();

    assertThat(now()).containsEntry(Series.CALLS, 4.0).containsEntry(Series.CALLS_FAILED, 1.0);
    times(30, this::next);
    assertThat(now()).containsEntry(Series.CALLS, 0.0).containsEntry(Series.CALLS_FAILED, 0.0);
  }

  @Test
  void shouldKeepTablesShort() {
    for (int model = 0; model < 100; model++) {
      count("completion.worker.tokens", model + 1, "type", "completion", "model", "m" + model);
    }
    next();

    assertThat(rows(Table.MODELS)).hasSize(Tables.MOST_ROWS);
    assertThat(rows(Table.MODELS).get(0).names()).containsExactly("m99");
  }

  @Test
  void shouldKeepAQuarterOfAnHour() {
    Gauge.builder(Names.PENDING_RECORDS, told::size).register(registry);
    times(1000, this::next);

    assertThat(history.points()).hasSize(450);
    assertThat(history.points().get(449).time().getEpochSecond()).isEqualTo(now.toSeconds());
    assertThat(history.points().get(0).values()).containsEntry(Series.PENDING, 550.0);
  }

  @Test
  void shouldKeepFewReadings() {
    Readings readings = new Readings(Reading.of(registry, 0));
    for (long second = 2; second <= 3600; second += 2) {
      readings.add(Reading.of(registry, Duration.ofSeconds(second).toNanos()));
      assertThat(readings.size()).isLessThan(70);
    }

    assertThat(readings.before(Duration.ofSeconds(10)).nanos()).isEqualTo(nanos(3590));
    assertThat(readings.before(Duration.ofMinutes(1)).nanos()).isEqualTo(nanos(3540));
    assertThat(readings.before(Duration.ofMinutes(15)).nanos())
        .isBetween(nanos(3600 - 931), nanos(3600 - 900));
  }

  private Sample next() {
    if (told.isEmpty()) {
      history.listen(told::add);
    }
    now = now.plus(History.STEP);
    history.look(now.toNanos(), Instant.EPOCH.plus(now));
    return told.get(told.size() - 1);
  }

  private Map<Series, Double> now() {
    return told.get(told.size() - 1).point().values();
  }

  private List<Row> rows(Table table) {
    return told.get(told.size() - 1).tables().getOrDefault(table, List.of());
  }

  private void count(String name, double amount, String... tags) {
    Counter.builder(name).tags(tags).register(registry).increment(amount);
  }

  private void gauge(String name, double value, String... tags) {
    Gauge.builder(name, () -> value).tags(tags).register(registry);
  }

  private Timer timer(String name, String outcome) {
    return Timer.builder(name)
        .tag("outcome", outcome)
        .serviceLevelObjectives(
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60))
        .register(registry);
  }

  private static long nanos(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private static void times(int count, Runnable step) {
    for (int i = 0; i < count; i++) {
      step.run();
    }
  }
}
