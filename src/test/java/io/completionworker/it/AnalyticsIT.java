// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.Waits;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.docs.Page;
import io.completionworker.fixtures.SqlTables;
import io.completionworker.secrets.SearchedWorker;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The statements of the page on analytics, as they stand there, over what a worker has written. */
@Tag("long")
@Tag("heavy")
class AnalyticsIT {

  private static final int REQUESTS = 60;
  private static final Duration LONG = Duration.ofMinutes(2);

  /** The page, whose properties {@link ConnectIT} tries. */
  static final Page PAGE = Page.of("src/docs/analytics.md");

  /** A price file that knows every model of the rows. */
  static final String PRICES =
      """
      {
        "header": {"source": "a test", "as_of": "2026-01-01", "currency": "EUR"},
        "prices": [{"model": "gpt-4o-mini*", "input": 0.1, "output": 0.2}]
      }
      """;

  private static final Stand STAND =
      new Stand(
          Behaviour.builder()
              .latency(Latency.fixed(Duration.ofMillis(20)))
              .errors(new ErrorMix(0.1, 0, 0, 0.05, 0.1, Duration.ZERO))
              .build(),
          3);

  private static List<CompletionUsage> rows = List.of();

  @BeforeAll
  static void work() throws IOException {
    Path prices = Files.writeString(STAND.directory.resolve("prices.json"), PRICES);
    Map<String, String> settings =
        Map.of(
            "usage.window.ms", "1000",
            "usage.window.grace.ms", "1000",
            "usage.group.by", "user",
            "usage.prices.file", prices.toString(),
            "retry.initial.backoff.ms", "50");
    try (Outcomes outcomes = new Outcomes(STAND);
        UsageSums sums = new UsageSums(STAND);
        SearchedWorker worker = STAND.start(settings)) {
      STAND.publish(0, REQUESTS, 10, AnalyticsIT::request);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> calls(sums.poll()) == outcomes.poll().usage().size());
      rows = List.copyOf(outcomes.usage());
      assertThat(worker.live()).isTrue();
    }
    assertThat(rows).anyMatch(row -> row.getOutcome().equals("FAILED") && row.getBillable());
    assertThat(rows).anyMatch(row -> row.getCost() != null);
  }

  @AfterAll
  static void close() {
    STAND.close();
  }

  private static long calls(UsageSums sums) {
    return sums.last().stream().mapToLong(UsageWindow::getCalls).sum();
  }

  private static CompletionRequest request(int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number))
        .setUser("u-" + number % 3)
        .setPortkey(
            PortkeyOptions.newBuilder().setMetadata(Map.of("tenant", "t-" + number % 2)).build())
        .setStream(number % 2 == 0)
        .build();
  }

  @Test
  void shouldAnswerTheQueriesOfThePageInDuckDb() throws Exception {
    tail("usage", "usage.jsonl");
    tail("usage-windows", "windows.jsonl");
    List<String> statements = statements("DuckDB");
    try (SqlTables duck = new SqlTables()) {
      for (String view : statements.subList(0, 2)) {
        duck.execute(view.replaceAll("'(\\w+\\.jsonl)'", "'" + STAND.directory + "/$1'"));
      }
      assertThat(columns(duck, "usage_rows")).isSubsetOf(names(CompletionUsage.SCHEMA$));
      assertThat(columns(duck, "usage_windows")).isSubsetOf(names(UsageWindow.SCHEMA$));
      assertThat(duck.query("SELECT count(*) AS n FROM usage_rows").get(0))
          .containsEntry("n", BigDecimal.valueOf(rows.size()).stripTrailingZeros());
      assertThat(duck.query("SELECT max(completed_at) AS latest FROM usage_rows").get(0))
          .containsEntry(
              "latest",
              rows.stream().map(CompletionUsage::getCompletedAt).max(Instant::compareTo).get());

      List<Map<String, @Nullable Object>> costs = duck.query(statements.get(2));
      assertThat(sum(costs, "calls")).isEqualByComparingTo(BigDecimal.valueOf(rows.size()));
      assertThat(sum(costs, "cost")).isEqualByComparingTo(cost(rows));
      assertThat(sum(costs, "tokens")).isEqualByComparingTo(BigDecimal.valueOf(tokens(rows)));
      assertThat(sum(costs, "unpriced_calls")).isEqualByComparingTo(unpriced(rows));
      Predicate<CompletionUsage> paidForNothing =
          row -> row.getOutcome().equals("FAILED") && row.getBillable();
      assertThat(sum(duck.query(statements.get(3)), "calls"))
          .isEqualByComparingTo(BigDecimal.valueOf(rows.stream().filter(paidForNothing).count()));
      assertThat(duck.query(statements.get(4)))
          .allSatisfy(row -> assertThat(row.values()).doesNotContainNull());
      assertThat(duck.query(statements.get(5))).hasSize(3);
      List<Map<String, @Nullable Object>> windows = duck.query(statements.get(6));
      assertThat(sum(windows, "calls")).isEqualByComparingTo(BigDecimal.valueOf(rows.size()));
      assertThat(sum(windows, "cost")).isEqualByComparingTo(cost(rows));
      assertThat(sum(windows, "unpriced_calls")).isEqualByComparingTo(unpriced(rows));
      assertCostOfTenants(duck.query(statements.get(7)));
      assertCostOfTenants(duck.query(statements.get(8)));
      List<Map<String, @Nullable Object>> hours = duck.query(statements.get(9));
      assertThat(sum(hours, "requests")).isGreaterThanOrEqualTo(BigDecimal.valueOf(REQUESTS));
      assertThat(hours).allSatisfy(row -> assertThat(row.values()).doesNotContainNull());
      assertThat(sum(duck.query(statements.get(10)), "waited_ms"))
          .isEqualByComparingTo(BigDecimal.valueOf(waited(rows)));
      assertThat(statements).hasSize(11);
    }
  }

  private static void assertCostOfTenants(List<Map<String, @Nullable Object>> tenants) {
    assertThat(tenants)
        .extracting(row -> row.get("tenant"))
        .contains("t-0", "t-1")
        .doesNotContainNull();
    assertThat(sum(tenants, "calls")).isEqualByComparingTo(BigDecimal.valueOf(rows.size()));
    assertThat(sum(tenants, "cost")).isEqualByComparingTo(cost(rows));
  }

  @Test
  void shouldAnswerTheQueriesOfThePageInFlink() throws Exception {
    assumeThat(FlinkProcess.isThere())
        .as("Flink is there; get it by: mvn -q -f src/test/flink/pom.xml process-resources")
        .isTrue();
    String script =
        String.join(";\n", statements("Flink"))
            .replace("localhost:9092", STAND.broker.bootstrapServers())
            .replace("http://localhost:8081", STAND.registry.url())
            .replace("'value.format'", "'scan.bounded.mode' = 'latest-offset',\n'value.format'");

    List<Map<String, String>> results = FlinkProcess.run(script + ";\n", STAND.directory);

    assertThat(results).hasSize(2).allSatisfy(result -> assertThat(result).isEqualTo(byUser()));
  }

  /** What both queries say, from the rows themselves. */
  private static Map<String, String> byUser() {
    return rows.stream().collect(groupingBy(CompletionUsage::getEndUser)).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                user ->
                    String.join(
                        "\t",
                        user.getKey(),
                        Integer.toString(user.getValue().size()),
                        Long.toString(tokens(user.getValue())),
                        cost(user.getValue()).toPlainString(),
                        unpriced(user.getValue()).toPlainString())));
  }

  private static void tail(String topic, String file) throws Exception {
    try (RunningCommand tail =
        Commands.command(
            STAND, Map.of(), "tail " + topic + " --from earliest --until-end --output json")) {
      assertThat(tail.await()).as(tail.err()).isZero();
      Files.writeString(STAND.directory.resolve(file), tail.out());
    }
  }

  private static List<String> statements(String section) {
    return Page.blocks(PAGE.section(section), "sql").stream()
        .flatMap(block -> Arrays.stream(block.split(";\\s*\n", -1)))
        .filter(statement -> !statement.isBlank())
        .toList();
  }

  private static List<String> columns(SqlTables duck, String view) throws Exception {
    List<String> names = new ArrayList<>();
    duck.query("SELECT column_name FROM (DESCRIBE " + view + ")")
        .forEach(row -> names.add(String.valueOf(row.get("column_name"))));
    return names;
  }

  private static List<String> names(Schema schema) {
    return schema.getFields().stream().map(Schema.Field::name).toList();
  }

  private static BigDecimal cost(List<CompletionUsage> of) {
    return of.stream()
        .flatMap(row -> Optional.ofNullable(row.getCost()).stream())
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static long tokens(List<CompletionUsage> of) {
    return of.stream()
        .filter(CompletionUsage::getBillable)
        .mapToLong(CompletionUsage::getTotalTokens)
        .sum();
  }

  private static long waited(List<CompletionUsage> of) {
    return of.stream()
        .flatMap(row -> Arrays.stream(Waits.Kind.values()).map(kind -> row.get(kind.field())))
        .mapToLong(Long.class::cast)
        .sum();
  }

  private static BigDecimal unpriced(List<CompletionUsage> of) {
    return BigDecimal.valueOf(
        of.stream().filter(row -> row.getBillable() && row.getCost() == null).count());
  }

  private static BigDecimal sum(List<Map<String, @Nullable Object>> of, String column) {
    return of.stream()
        .map(row -> row.get(column))
        .filter(value -> value != null)
        .map(BigDecimal.class::cast)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
