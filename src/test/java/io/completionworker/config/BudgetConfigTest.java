// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.config.Budget.Action;
import io.completionworker.config.Budget.Period;
import io.completionworker.config.Budget.Scope;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetConfigTest {

  @TempDir Path directory;

  @Test
  void shouldHaveNoBudgetsByDefault() {
    assertThat(ConfigFixture.settings(directory).budgets()).isEqualTo(BudgetConfig.NONE);
    assertThat(ConfigFixture.settings(directory).allTopics()).doesNotContain("completion-spend");
  }

  @Test
  void shouldReadBudgetsInTheOrderOfTheirNames() {
    WorkerSettings settings =
        ConfigFixture.settings(
            directory,
            "usage.prices.file",
            "/prices.json",
            "budget.b.amount",
            "10.50",
            "budget.b.period",
            "day",
            "budget.b.zone",
            "Europe/Berlin",
            "budget.b.action",
            "fail",
            "budget.b.virtual.key",
            "vk-*",
            "budget.b.metadata",
            "tenant=acme, tier=gold",
            "budget.a.amount",
            "1");

    assertThat(settings.budgets().all())
        .containsExactly(
            new Budget("a", BigDecimal.ONE, Period.TOTAL, ZoneOffset.UTC, Action.HOLD, Scope.ALL),
            new Budget(
                "b",
                new BigDecimal("10.50"),
                Period.DAY,
                ZoneId.of("Europe/Berlin"),
                Action.FAIL,
                new Scope("vk-*", null, null, null, Map.of("tenant", "acme", "tier", "gold"))));
    assertThat(settings.allTopics()).contains("completion-spend");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "budget.a.amount | 0 | budget.a.amount: '0' is not allowed",
        "budget.a.amount | 1e3 | budget.a.amount: '1e3' is not allowed",
        "budget.a.amount | 100000001 | budget.a.amount: '100000001' is not allowed",
        "budget.a.period | week | budget.a.period: 'week' is not allowed; allowed: total, day or",
        "budget.a.zone | Berlin | budget.a.zone: 'Berlin' is not allowed",
        "budget.a.metadata | acme | budget.a.metadata: 'acme' is not allowed; allowed: NAME=VALUE",
        "budget.a.of | 1 | budget.a.of: unknown setting of a budget; allowed: action, amount",
        "budget.A.amount | 1 | budget.A.amount: is no setting of a budget",
        "budget.a.user | u | budget.a: has no amount; add .amount"
      })
  void shouldSayWhatIsWrong(String key, String value, String fault) {
    assertThatThrownBy(
            () ->
                ConfigFixture.settings(directory, "usage.prices.file", "/prices.json", key, value))
        .hasMessageContaining(fault);
  }

  @Test
  void shouldNeedPrices() {
    assertThatThrownBy(() -> ConfigFixture.settings(directory, "budget.a.amount", "1"))
        .hasMessageContaining("usage.prices.file: is required, since there may be budgets");
  }

  @Test
  void shouldShowNoVirtualKeys() {
    assertThat(WorkerConfig.isSecret("budget.a.virtual.key")).isTrue();
    assertThat(WorkerConfig.isSecret("budget.a.amount")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "TOTAL, 2026-03-29T12:00:00Z, total, ",
    "DAY, 2026-03-28T22:59:59Z, 2026-03-28, 2026-03-28T23:00:00Z",
    "DAY, 2026-03-28T23:00:00Z, 2026-03-29, 2026-03-29T22:00:00Z",
    "MONTH, 2026-12-31T22:59:59Z, 2026-12, 2026-12-31T23:00:00Z",
    "MONTH, 2026-12-31T23:00:00Z, 2027-01, 2027-01-31T23:00:00Z"
  })
  void shouldBeginPeriodsInItsTimeZone(Period period, Instant time, String name, Instant end) {
    Budget budget =
        new Budget("a", BigDecimal.ONE, period, ZoneId.of("Europe/Berlin"), Action.HOLD, Scope.ALL);

    assertThat(budget.span(time.toEpochMilli()))
        .isEqualTo(new Budget.Span(name, end == null ? Long.MAX_VALUE : end.toEpochMilli()));
  }
}
