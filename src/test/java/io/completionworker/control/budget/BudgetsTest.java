// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Charge;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.Budget;
import io.completionworker.config.Budget.Action;
import io.completionworker.config.Budget.Period;
import io.completionworker.config.BudgetConfig;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import io.completionworker.fixtures.UsageRows;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BudgetsTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Duration KNOWN = Duration.ofSeconds(1);

  private long now = Instant.parse("2026-12-01T22:59:00Z").toEpochMilli();
  private long nanos;
  private int offset;

  @Test
  void shouldReserveTheGreatestCostUntilTheCallHasEnded() {
    Budgets budgets = budgets(budget("all", "1"));
    share(budgets, 1);
    List<CompletionCall> open = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CompletionCall call = call("0.2");
      assertThat(budgets.check(call)).isEqualTo(Verdict.FITS);
      budgets.started(call);
      open.add(call);
    }
    CompletionCall next = call("0.2");
    assertThat(budgets.check(next)).as("all is reserved").isEqualTo(Verdict.WAITS);

    budgets.released(open.get(0));

    assertThat(budgets.check(next)).isEqualTo(Verdict.FITS);
  }

  @Test
  void shouldStopACallThatCostsMoreThanIsLeft() {
    Budgets budgets = budgets(budget("all", "1"));
    share(budgets, 1);
    budgets.published(entry("completion-requests-3", "all", "total", "0.7"));
    budgets.published(entry("completion-requests-1", "all", "total", "0.1"));

    assertThat(budgets.check(call("0.2"))).isEqualTo(Verdict.FITS);
    assertThat(budgets.check(call("0.21")))
        .isInstanceOfSatisfying(
            Verdict.Stops.class,
            stop -> {
              assertThat(stop.fails()).isFalse();
              assertThat(stop.why())
                  .isEqualTo(
                      "budget all of 1 USD in all has 0.2 USD left, and the request may cost 0.21");
            });
  }

  @Test
  void shouldTakeNoMoreThanItsShareBeforeOthersKnowButAlwaysOneCall() {
    Budgets budgets = budgets(budget("all", "1"));
    share(budgets, 0.25);
    CompletionCall first = call("0.2");
    budgets.started(first);
    assertThat(budgets.check(call("0.05"))).isEqualTo(Verdict.FITS);
    assertThat(budgets.check(call("0.06"))).isEqualTo(Verdict.WAITS);

    nanos += KNOWN.toNanos() + 1;

    assertThat(budgets.check(call("0.8"))).as("alone").isEqualTo(Verdict.FITS);
    budgets.started(call("0.15"));
    assertThat(budgets.check(call("0.05"))).as("a quarter of 0.8").isEqualTo(Verdict.FITS);
    assertThat(budgets.check(call("0.06"))).isEqualTo(Verdict.WAITS);
  }

  @Test
  void shouldUseALargerShareALittleLaterHoweverOftenItIsTold() {
    Budgets budgets = budgets(budget("all", "1"));
    budgets.share(0.5);
    budgets.started(call("0.1"));
    assertThat(budgets.check(call("0.1"))).as("not yet").isEqualTo(Verdict.WAITS);

    nanos += KNOWN.toNanos() / 2;
    budgets.share(0.5);
    nanos += KNOWN.toNanos() / 2;
    assertThat(budgets.check(call("0.1"))).isEqualTo(Verdict.FITS);

    budgets.share(0.1);
    assertThat(budgets.check(call("0.1"))).as("a smaller one at once").isEqualTo(Verdict.WAITS);
  }

  @Test
  void shouldLeaveAloneWhatOthersHaveReserved() {
    Budgets budgets = budgets(budget("all", "1"));
    share(budgets, 1);
    SpendEntry entry = entry("completion-requests-7", "all", "total", "0.1");
    budgets.published(entry.reserving(money("0.6"), "another", now));
    assertThat(budgets.check(call("0.3"))).isEqualTo(Verdict.FITS);
    assertThat(budgets.check(call("0.4"))).isEqualTo(Verdict.WAITS);

    budgets.published(entry.reserving(money("0.6"), budgets.process(), now));
    assertThat(budgets.check(call("0.4"))).as("known here").isEqualTo(Verdict.FITS);

    budgets.published(entry.reserving(money("0.6"), "another", now));
    now += 60_000;
    assertThat(budgets.check(call("0.4"))).as("a clock was set").isEqualTo(Verdict.WAITS);
    nanos += Duration.ofMinutes(1).toNanos();
    assertThat(budgets.check(call("0.4"))).as("by one that is gone").isEqualTo(Verdict.FITS);
  }

  @Test
  void shouldSayWhatIsReservedForOpenCalls() {
    Budgets budgets = budgets(budget("all", "1"));
    CompletionCall call = call("0.2");
    budgets.started(call);
    budgets.started(call("0.1"));
    assertThat(budgets.levels())
        .containsEntry(
            "completion-requests-0",
            List.of(new Charge("all", "total", Long.MAX_VALUE, money("0.3"))));

    budgets.released(call);

    assertThat(budgets.levels().get("completion-requests-0"))
        .extracting(Charge::amount)
        .containsExactly(money("0.1"));
  }

  @Test
  void shouldChargeWhatTheRowSaysAndWhatWasExpectedWhereItSaysNothing() {
    Budgets budgets = budgets(budget("all", "1"));
    CompletionCall call = call("0.2");
    budgets.started(call);

    List<Charge> charges = budgets.charge(call, List.of(row("0.05"), row(null), cached()));

    assertThat(charges).extracting(Charge::amount).containsExactly(money("0.05"), money("0.2"));
    assertThat(state(budgets).reserved()).isEqualByComparingTo("0.25");
  }

  @Test
  void shouldCountAChargeOnceWhileItIsOnItsWayToTheOtherInstances() {
    Budgets budgets = budgets(budget("all", "1"));
    share(budgets, 1);
    CompletionCall call = call("0.5");
    budgets.started(call);
    budgets.charge(call, List.of(row("0.4")));
    assertThat(budgets.check(call("0.7"))).isInstanceOf(Verdict.Stops.class);
    assertThat(budgets.check(call("0.6"))).isEqualTo(Verdict.FITS);

    SpendEntry entry = entry("completion-requests-0", "all", "total", "0.4");
    Object task = new Object();
    budgets.written(task, List.of(entry), List.of(call.source().position()));
    assertThat(budgets.check(call("0.6"))).isEqualTo(Verdict.FITS);
    assertThat(state(budgets).reserved()).isEqualByComparingTo("0");

    budgets.published(entry);
    budgets.closed(task);
    assertThat(budgets.check(call("0.6"))).isEqualTo(Verdict.FITS);
    assertThat(budgets.check(call("0.7"))).isInstanceOf(Verdict.Stops.class);
  }

  @Test
  void shouldForgetWhatATaskWroteThatWasNotCommitted() {
    Budgets budgets = budgets(budget("all", "1"));
    budgets.published(entry("completion-requests-0", "all", "total", "0.1"));
    Object task = new Object();
    budgets.written(
        task, List.of(entry("completion-requests-0", "all", "total", "0.9")), List.of());

    budgets.closed(task);

    assertThat(state(budgets).spent()).isEqualByComparingTo("0.1");
  }

  @Test
  void shouldBeginAnewWithADayOfItsTimeZone() {
    Budget daily = new Budget("all", money("1"), Period.DAY, BERLIN, Action.HOLD, Budget.Scope.ALL);
    Budgets budgets = budgets(daily);
    budgets.published(entry("completion-requests-0", "all", "2026-12-01", "1"));
    assertThat(budgets.check(call("0.1"))).isInstanceOf(Verdict.Stops.class);

    now += 60_000;

    assertThat(budgets.check(call("0.1"))).isEqualTo(Verdict.FITS);
    assertThat(state(budgets).period()).isEqualTo("2026-12-02");
  }

  @Test
  void shouldHaveTheNewestControlReplaceTheConfiguredBudgetOfItsName() {
    Budgets budgets = budgets(budget("all", "1"));
    budgets.published(entry("completion-requests-0", "all", "total", "1"));

    budgets.replace(List.of(allowance(2, budget("all", "3")), allowance(1, budget("all", "9"))));
    assertThat(state(budgets).left()).isEqualByComparingTo("2");

    budgets.replace(List.of());
    assertThat(budgets.check(call("0.1"))).isInstanceOf(Verdict.Stops.class);
  }

  @Test
  void shouldFailIfOneOfItsBudgetsFails() {
    Budget failing =
        new Budget("b", money("0.1"), Period.TOTAL, BERLIN, Action.FAIL, Budget.Scope.ALL);
    Budgets budgets = budgets(budget("a", "0.1"), failing, budget("c", "5"));

    assertThat(budgets.check(call("0.2")))
        .isInstanceOfSatisfying(Verdict.Stops.class, stop -> assertThat(stop.fails()).isTrue());
  }

  @Test
  void shouldNotCallWhatHasNoPrice() {
    assertThat(budgets(budget("all", "1")).check(call("?")))
        .isInstanceOfSatisfying(
            Verdict.Stops.class,
            stop ->
                assertThat(stop.why())
                    .isEqualTo(
                        "budget all counts the request, and the price file has no price for it,"
                            + " model m"));

    BudgetConfig lenient = new BudgetConfig(List.of(budget("all", "1")), false, true);
    assertThat(budgets(lenient).check(call("?"))).isEqualTo(Verdict.FITS);
  }

  @Test
  void shouldChargeCallsThatWereOpenWhenTheirProcessEnded() {
    Budgets budgets = budgets(budget("all", "1"));

    assertThat(budgets.chargeInterrupted(call("0.2"), 2))
        .extracting(Charge::amount)
        .containsExactly(money("0.4"));
  }

  @Test
  void shouldPartLanesByBudgets() {
    Budget.Scope poor = new Budget.Scope(null, "poor", null, null, Map.of());
    Budgets budgets =
        budgets(
            budget("all", "1"),
            new Budget("poor", money("1"), Period.TOTAL, BERLIN, Action.HOLD, poor));

    assertThat(budgets.lane(call("0.1"))).isEqualTo(" $all");
    assertThat(budgets.lane(call("0.1", "poor"))).isEqualTo(" $all $poor");
  }

  private Budgets budgets(Budget... all) {
    return budgets(new BudgetConfig(List.of(all), false, false));
  }

  private Budgets budgets(BudgetConfig config) {
    return new Budgets(
        config,
        new Pricing(
            "USD",
            call ->
                call.requestId().equals("?")
                    ? Optional.empty()
                    : Optional.of(money(call.requestId())),
            call -> Map.of(),
            KNOWN),
        () -> now,
        () -> nanos);
  }

  /** An instance that has had this part of the partitions for a while. */
  private void share(Budgets budgets, double part) {
    budgets.share(part);
    nanos += KNOWN.toNanos();
  }

  private static BudgetState state(Budgets budgets) {
    return budgets.states().get(0);
  }

  private static Budget budget(String name, String amount) {
    return new Budget(name, money(amount), Period.TOTAL, BERLIN, Action.HOLD, Budget.Scope.ALL);
  }

  private static Control.Allowance allowance(long second, Budget budget) {
    Instant at = Instant.ofEpochSecond(second);
    return new Control.Allowance(
        new Control.Origin("c-" + second, at, "ops", "", null), Selector.ALL, budget);
  }

  private SpendEntry entry(String source, String budget, String period, String spent) {
    return new SpendEntry(
        source, budget, period, Long.MAX_VALUE, "USD", money(spent), BigDecimal.ZERO, "", 0);
  }

  private CompletionUsage row(@Nullable String cost) {
    return UsageRows.row()
        .setCompletedAt(Instant.ofEpochMilli(now))
        .setCost(cost == null ? null : money(cost))
        .build();
  }

  private static CompletionUsage cached() {
    return UsageRows.row().setBillable(false).setCost(money("0")).build();
  }

  private CompletionCall call(String cost) {
    return call(cost, "somebody");
  }

  /** A call that may cost what its id says. */
  private CompletionCall call(String cost, String user) {
    RecordPosition position = new RecordPosition("completion-requests", 0, offset++);
    return new CompletionCall(
        new SourceRecord(position, null, null, List.of(), 0, 0, 0),
        cost,
        CompletionRequest.newBuilder().setModel("m").setMessages(List.of()).setUser(user).build(),
        Map.of(),
        List.of(),
        new TraceContext("t-1", "s", null, null, "traceparent", null, null),
        new CallScope("credential", null, "m"),
        TokenEstimate.NONE,
        Long.MAX_VALUE);
  }

  private static BigDecimal money(String amount) {
    return new BigDecimal(amount).setScale(10);
  }
}
