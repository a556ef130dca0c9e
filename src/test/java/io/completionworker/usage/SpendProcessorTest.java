// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.completionworker.async.flight.Flights;
import io.completionworker.async.spending.Spending;
import io.completionworker.completion.Charge;
import io.completionworker.completion.Emission.Charged;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.Budget;
import io.completionworker.config.BudgetConfig;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.Pricing;
import io.completionworker.control.budget.SpendEntry;
import io.completionworker.fixtures.ManualLoop;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpendProcessorTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final RecordPosition AT = new RecordPosition("completion-requests", 0, 7);

  private final ManualLoop loop = new ManualLoop();
  private final Budgets budgets = budgets();
  private final MockProcessorContext<byte[], OutputValue> context = new MockProcessorContext<>();
  private final SpendProcessor processor =
      new SpendProcessor(
          "completion-requests", new Spending(loop, budgets, new Flights(loop, false)));

  private final KeyValueStore<Bytes, byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(SpendProcessor.STORE),
              Serdes.Bytes(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .build();

  @BeforeEach
  void init() {
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    processor.init(context);
  }

  @Test
  void shouldAddUpWhatEachBudgetHasSpentAndPublishEachSum() {
    process(charged(charge("a", "0.1"), charge("b", "0.2")), charged(charge("a", "0.25")));
    process(charged(charge("a", "1")));

    assertThat(published())
        .extracting(SpendEntry::source, SpendEntry::budget, entry -> plain(entry.spent()))
        .containsExactly(
            tuple("completion-requests-0", "a", "0.35"),
            tuple("completion-requests-0", "b", "0.2"),
            tuple("completion-requests-0", "a", "1.35"));
    assertThat(new String(context.forwarded().get(0).record().key(), StandardCharsets.UTF_8))
        .isEqualTo("completion-requests-0/total/a");
  }

  @Test
  void shouldTellTheBudgetsBeforeTheCommit() {
    process(charged(charge("a", "0.4")));
    loop.run();

    assertThat(budgets.state("a").orElseThrow().spent()).isEqualByComparingTo("0.4");
  }

  @Test
  void shouldPublishWhatIsReservedUntilNothingIs() {
    process(charged(charge("a", "0.4")));
    process(new Charged(AT, List.of(), List.of(charge("a", "3"))));
    process(new Charged(AT, List.of(), List.of(charge("a", "0"))));

    assertThat(published())
        .extracting(entry -> plain(entry.spent()), entry -> plain(entry.reserved()))
        .containsExactly(tuple("0.4", "0"), tuple("0.4", "3"), tuple("0.4", "0"));
    assertThat(published().get(1).holder()).isEqualTo(budgets.process());
  }

  @Test
  void shouldDeleteTheSumsOfPeriodsThatEndedLongAgo() {
    process(charged(new Charge("a", "2026-01", NOW, new BigDecimal("1"))));
    long later = NOW + Duration.ofDays(63).toMillis();

    processor.process(
        new Record<>(
            null,
            List.of(charged(new Charge("a", "2026-03", later + 1, new BigDecimal("1")))),
            later));

    assertThat(deleted()).containsExactly("completion-requests-0/2026-01/a");
  }

  @Test
  void shouldDeleteASumWithoutAnEndWhenItsBudgetIsGoneAndItHasNotChangedForLong() {
    process(charged(charge("a", "1"), charge("nightly-7", "2"), charge("nightly-8", "3")));
    long later = NOW + Duration.ofDays(30).toMillis();
    process(later, charged(charge("nightly-8", "1")));
    assertThat(deleted()).isEmpty();

    later = NOW + Duration.ofDays(63).toMillis();
    process(later, charged(charge("nightly-9", "4")));
    loop.run();

    assertThat(deleted()).containsExactly("completion-requests-0/total/nightly-7");
    assertThat(published())
        .as("the others read nothing of a record without a value")
        .anySatisfy(
            entry -> {
              assertThat(entry.budget()).isEqualTo("nightly-7");
              assertThat(entry.spent()).isZero();
            });
    process(later, charged(charge("nightly-7", "0.5")));
    assertThat(plain(published().get(published().size() - 1).spent())).isEqualTo("0.5");
  }

  /** The controls may not have been read yet, and one of them may have the budget. */
  @Test
  void shouldDeleteNoSumWithoutAnEndWhenATaskHasJustBegun() {
    process(charged(charge("nightly-7", "2")));
    processor.init(context);

    process(NOW + Duration.ofDays(63).toMillis(), charged(charge("nightly-9", "4")));

    assertThat(deleted()).isEmpty();
  }

  @Test
  void shouldTakeWhatItChargesForCallsOfAnotherProcessFromWhatThatHadReserved() {
    SpendEntry lost =
        new SpendEntry(
            "completion-requests-0",
            "a",
            "total",
            Long.MAX_VALUE,
            "USD",
            BigDecimal.ONE,
            new BigDecimal("0.5"),
            "another",
            NOW);
    store.put(Bytes.wrap("total/a".getBytes(StandardCharsets.UTF_8)), SpendFormat.encode(lost));

    process(charged(charge("a", "0.2")));
    process(charged(charge("a", "0.4")));
    process(new Charged(AT, List.of(), List.of(charge("a", "3"))));
    process(charged(charge("a", "0.4")));

    assertThat(published())
        .extracting(entry -> plain(entry.spent()), entry -> plain(entry.reserved()))
        .containsExactly(
            tuple("1.2", "0.3"), tuple("1.6", "0"), tuple("1.6", "3"), tuple("2", "3"));
  }

  private void process(Charged... charged) {
    process(NOW, charged);
  }

  private void process(long now, Charged... charged) {
    processor.process(new Record<>(null, List.of(charged), now));
  }

  private List<String> deleted() {
    return context.forwarded().stream()
        .filter(sent -> sent.record().value().bytes() == null)
        .map(sent -> new String(sent.record().key(), StandardCharsets.UTF_8))
        .toList();
  }

  private List<SpendEntry> published() {
    return context.forwarded().stream()
        .flatMap(sent -> SpendFormat.decode(sent.record().value().bytes()).stream())
        .toList();
  }

  private static Charged charged(Charge... charges) {
    return new Charged(AT, List.of(charges), List.of());
  }

  private static Charge charge(String budget, String amount) {
    return new Charge(budget, "total", Long.MAX_VALUE, new BigDecimal(amount));
  }

  private static String plain(BigDecimal amount) {
    return Budget.plain(amount);
  }

  private static Budgets budgets() {
    Budget all =
        new Budget(
            "a",
            BigDecimal.TEN,
            Budget.Period.TOTAL,
            ZoneOffset.UTC,
            Budget.Action.HOLD,
            Budget.Scope.ALL);
    return new Budgets(
        new BudgetConfig(List.of(all), false, false),
        new Pricing("USD", call -> Optional.empty(), call -> Map.of(), Duration.ofSeconds(1)),
        () -> NOW,
        () -> 0);
  }
}
