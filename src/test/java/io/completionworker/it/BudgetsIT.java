// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.ControlKind;
import io.completionworker.control.budget.SpendEntry;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import io.completionworker.usage.SpendFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What requests cost stays within their budgets on all instances, and every cent is in a sum. */
class BudgetsIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  /** Of each call, beside its tokens, which cost next to nothing. */
  private static final String PRICES =
      """
      {"header": {"source": "a test", "as_of": "2026-01-01", "currency": "USD"},
       "prices": [{"model": "gpt-4o-mini", "request": 0.01, "input": 0.01, "output": 0.02}]}
      """;

  private static final BigDecimal MOST_OF_A_CALL = new BigDecimal("0.0102");

  private static final BigDecimal FIVE_CALLS = new BigDecimal("0.05");

  private final Stand stand = new Stand(Behaviour.instant(), 4);
  private final Outcomes outcomes = new Outcomes(stand);
  private final Operator operator = new Operator(stand);

  @BeforeEach
  void makeTopic() {
    stand.broker.createTopic("completion-spend", 1, Map.of("cleanup.policy", "compact"));
  }

  @AfterEach
  void close() {
    operator.close();
    outcomes.close();
    stand.close();
  }

  @Test
  @Tag("long")
  void shouldHoldWhatABudgetHasNoMoneyForUntilItIsRaised() throws IOException {
    stand.publish(0, 200, 40);
    Map<String, String> settings = settings("budget.all.amount", "1");
    try (SearchedWorker first = stand.start(settings);
        SearchedWorker second = stand.start(settings)) {
      await().atMost(LONG).until(() -> usedUp("1", 200, first, second));
      long calls = stand.endpoint.total();
      assertThat(outcomes.distinct()).isEqualTo((int) calls);
      assertThat(spent()).isEqualByComparingTo(costs());
      assertThat(spent())
          .isBetween(
              new BigDecimal("0.98"), BigDecimal.ONE.add(MOST_OF_A_CALL.add(MOST_OF_A_CALL)));
      assertThat(first.live() && second.live()).isTrue();

      raise("all", "1.5");
      await().atMost(LONG).until(() -> usedUp("1.5", 200, first, second));
      assertThat(spent())
          .isBetween(
              new BigDecimal("1.48"),
              new BigDecimal("1.5").add(MOST_OF_A_CALL).add(MOST_OF_A_CALL));

      raise("all", "100");
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 200);
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(stand.endpoint.total()).isEqualTo(200);
    assertThat(spent()).isEqualByComparingTo(costs());
  }

  @Test
  void shouldFailWhatABudgetHasNoMoneyForAndCallTheRest() throws IOException {
    stand.publish(0, 30, 10, number -> of(number % 2 == 0 ? "poor" : "rich", number));
    try (SearchedWorker worker =
        stand.start(
            settings(
                "budget.poor.amount",
                "0.05",
                "budget.poor.user",
                "poor",
                "budget.poor.action",
                "fail"))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 30);
      assertThat(worker.live()).isTrue();
    }
    assertThat(kinds()).containsEntry("response", 19L).containsEntry("BUDGET_EXCEEDED", 11L);
  }

  @Test
  @Tag("long")
  void shouldGoOnWithWhatWasSpentAfterARestart() throws IOException {
    stand.publish(0, 30, 10);
    Map<String, String> settings =
        settings("budget.all.amount", "0.1", "budget.all.period", "month");
    try (SearchedWorker first = stand.start(settings)) {
      await().atMost(LONG).until(() -> usedUp("0.1", 30, first));
    }
    long calls = stand.endpoint.total();
    try (SearchedWorker second = stand.start(settings)) {
      await().atMost(LONG).until(() -> held(second) == 30 - calls);
    }
    assertThat(stand.endpoint.total()).isEqualTo(calls);
    assertThat(spent()).isEqualByComparingTo(costs());
  }

  @Test
  @Tag("long")
  void shouldKeepToABudgetWhilePartitionsMove() throws IOException {
    stand.publish(0, 200, 40);
    Map<String, String> settings = settings("budget.all.amount", "1");
    try (SearchedWorker first = stand.start(settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > 10);
      try (SearchedWorker second = stand.start(settings)) {
        await().atMost(LONG).until(() -> usedUp("1", 200, first, second));
      }
      await().atMost(LONG).until(() -> usedUp("1", 200, first));
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    long withoutRow = stand.endpoint.total() - outcomes.usage().size();
    BigDecimal mayHaveCost = MOST_OF_A_CALL.multiply(BigDecimal.valueOf(withoutRow));
    assertThat(spent()).isBetween(costs(), costs().add(mayHaveCost));
  }

  @Test
  @Tag("long")
  void shouldChargeCallsThatWereOpenWhenTheirProcessWasKilled() throws IOException {
    stand.endpoint.hang();
    stand.publish(0, 5, 5);
    Map<String, String> settings = settings("budget.all.amount", "1");
    BigDecimal open;
    try (WorkerProcess first = new WorkerProcess(stand, settings)) {
      await().atMost(LONG).until(() -> stand.endpoint.total() == 5);
      await().atMost(LONG).until(() -> sum(SpendEntry::reserved).compareTo(FIVE_CALLS) > 0);
      open = sum(SpendEntry::reserved);
      first.kill();
    }
    stand.endpoint.release();

    try (SearchedWorker second = stand.start(settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 5);
      assertThat(second.live()).isTrue();
    }
    assertThat(outcomes.all()).allMatch(Outcomes.Outcome::recovered);
    assertThat(stand.endpoint.total()).isEqualTo(10);
    assertThat(spent()).isEqualByComparingTo(costs().add(open));
  }

  /** Whether a budget has no money for another call, and all that is left waits for it. */
  private boolean usedUp(String amount, int requests, SearchedWorker... workers) {
    BigDecimal left = new BigDecimal(amount).subtract(costs());
    int held = Arrays.stream(workers).mapToInt(BudgetsIT::held).sum();
    return left.compareTo(MOST_OF_A_CALL) < 0 && held == requests - outcomes.distinct();
  }

  private void raise(String budget, String amount) {
    operator.put(
        "budget-" + budget,
        Operator.control(ControlKind.BUDGET)
            .setEverything(true)
            .setBudget(budget)
            .setAmount(new BigDecimal(amount).setScale(10)));
  }

  private Map<String, String> settings(String... budgets) throws IOException {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < budgets.length; i += 2) {
      settings.put(budgets[i], budgets[i + 1]);
    }
    settings.put(
        "usage.prices.file",
        Files.writeString(stand.directory.resolve("prices.json"), PRICES).toString());
    settings.put("shutdown.drain.ms", "0");
    return settings;
  }

  private static CompletionRequest of(String user, int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number)).setUser(user).build();
  }

  private static int held(SearchedWorker worker) {
    return (int)
        worker.meters().get(RequestMeters.WAITING.name()).tag("for", "budget").gauge().value();
  }

  private Map<String, Long> kinds() {
    Map<String, Long> kinds = new HashMap<>();
    outcomes.all().forEach(outcome -> kinds.merge(outcome.kind(), 1L, Long::sum));
    return kinds;
  }

  private BigDecimal costs() {
    outcomes.poll();
    return outcomes.usage().stream()
        .map(CompletionUsage::getCost)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private BigDecimal spent() {
    return sum(SpendEntry::spent);
  }

  /** Adds up the newest entries on the topic. */
  private BigDecimal sum(Function<SpendEntry, BigDecimal> amount) {
    Map<String, BigDecimal> sums = new HashMap<>();
    try (KafkaConsumer<String, byte[]> ledger = stand.committed("completion-spend")) {
      await()
          .atMost(LONG)
          .until(
              () -> {
                var records = ledger.poll(Duration.ofMillis(500));
                records.forEach(
                    record ->
                        SpendFormat.decode(record.value())
                            .ifPresent(entry -> sums.put(record.key(), amount.apply(entry))));
                return records.isEmpty() && !sums.isEmpty();
              });
    }
    return sums.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
