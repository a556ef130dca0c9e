// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import static io.completionworker.usage.Rows.row;
import static io.completionworker.usage.SumUsage.GRACE;
import static io.completionworker.usage.SumUsage.LENGTH;
import static io.completionworker.usage.SumUsage.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.docs.Page;
import io.completionworker.fixtures.SqlTables;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queries of the page on usage, run as they are printed there. */
class UsageQueriesTest {

  private static final Page PAGE = Page.of("src/docs/usage.md");

  private final SqlTables tables = new SqlTables();
  private final SumUsage step = new SumUsage("model", "provider");
  private final List<CompletionUsage> rows = new ArrayList<>();

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void shouldSumTheLastRevisionsUpToTheRows() throws SQLException, IOException {
    Random random = new Random(7);
    for (int i = 0; i < 40; i++) {
      step.pass(Duration.ofSeconds(20));
      for (int n = 0; n < 10; n++) {
        add(START + i * 20_000L - random.nextLong(3 * LENGTH.toMillis()), any(random));
      }
    }
    step.pass(GRACE);
    List<UsageWindow> loaded = new ArrayList<>(step.forwarded());
    loaded.addAll(step.forwarded().subList(0, 20)); // as a loader does that begins again
    Collections.shuffle(loaded, random);

    List<Map<String, @Nullable Object>> sums = windowQuery(loaded);

    assertThat(step.forwarded()).as("revisions").anyMatch(window -> window.getRevision() > 1);
    assertThat(sums).isEqualTo(rowsSummed());
    assertThat(sum(sums, "unpriced_calls")).isPositive().isLessThan(BigDecimal.valueOf(400));
    assertThat(sum(sums, "calls")).isEqualByComparingTo("400");
  }

  @Test
  void shouldCountOneUnpricedCallForEachBillableRowWithoutACost() throws SQLException, IOException {
    add(START, row("m").setCost(new BigDecimal("0.5000000000")).setCurrency("USD"));
    add(START, row("m").setUsageSource("NONE").setOutcome("FAILED").setReason("SERVER_ERROR"));
    add(START, row("m"));
    add(START, row("m").setBillable(false));
    step.pass(LENGTH.plusSeconds(3));
    tables.load("usage_rows", CompletionUsage.SCHEMA$, rows);

    assertThat(sum(tables.query(query("FROM usage_rows")), "unpriced_calls"))
        .isEqualByComparingTo("2");
    assertThat(sum(windowQuery(step.forwarded()), "unpriced_calls")).isEqualByComparingTo("2");
  }

  @Test
  void shouldAddUpWhatAnInvoiceSaysOfImages() throws SQLException, IOException {
    add(START, row("m").setModelServed("painter").setImages(2).setImagePromptTokens(531L));
    add(START, row("m").setModelServed("painter").setImageCompletionTokens(1_289L));
    add(START, row("m").setModelServed("painter").setImages(5).setBillable(false));
    tables.load("usage_rows", CompletionUsage.SCHEMA$, rows);

    String query = Page.blocks(Page.of("src/docs/cost.md").text(), "sql").get(0);
    assertThat(tables.query(query))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.get("images")).hasToString("2");
              assertThat(row.get("image_prompt_tokens")).hasToString("531");
              assertThat(row.get("image_completion_tokens")).hasToString("1289");
            });
  }

  private static CompletionUsage.Builder any(Random random) {
    long latency = random.nextLong(9_000);
    CompletionUsage.Builder row =
        row("m-" + random.nextInt(3))
            .setProvider(random.nextBoolean() ? "openai" : "azure")
            .setTotalTokens(random.nextInt(100))
            .setLatencyMs(latency)
            .setBillable(random.nextInt(10) > 0);
    if (random.nextInt(10) > 2) {
      return row.setCost(BigDecimal.valueOf(random.nextInt(1_000_000), 10)).setCurrency("USD");
    }
    return random.nextBoolean()
        ? row
        : row.setOutcome("FAILED")
            .setReason("SERVER_ERROR")
            .setUsageSource("NONE")
            .setTotalTokens(0);
  }

  private void add(long completedAt, CompletionUsage.Builder row) {
    step.addAt(completedAt, row);
    rows.add(row.setCompletedAt(Instant.ofEpochMilli(completedAt)).build());
  }

  private List<Map<String, @Nullable Object>> windowQuery(List<UsageWindow> windows)
      throws SQLException, IOException {
    tables.load("usage_windows", UsageWindow.SCHEMA$, windows);
    return tables.query(query("FROM usage_windows"));
  }

  /** What the query of windows says, from the rows themselves. */
  private List<Map<String, @Nullable Object>> rowsSummed() throws SQLException {
    tables.load("usage_rows", CompletionUsage.SCHEMA$, rows);
    return tables.query(
        """
        WITH groups AS (
          SELECT time_bucket(INTERVAL 1 MINUTE, completed_at) AS window_start, model, provider,
                 MAX(CASE WHEN billable THEN currency END) AS currency,
                 COUNT(*) AS calls,
                 COUNT(*) FILTER (outcome = 'FAILED') AS failed_calls,
                 COALESCE(SUM(total_tokens) FILTER (billable), 0) AS total_tokens,
                 SUM(cost) FILTER (billable) AS cost,
                 COUNT(*) FILTER (billable AND cost IS NULL) AS unpriced_calls,
                 MAX(latency_ms) AS latency_max_ms,
                 SUM(latency_ms) / COUNT(*) AS latency_mean_ms,
                 1.0 * COUNT(*) FILTER (latency_ms <= 5000) / COUNT(*) AS share_within_5_s
          FROM usage_rows
          GROUP BY ALL
        )
        SELECT * FROM groups ORDER BY window_start, model, provider, currency
        """);
  }

  private static String query(String part) throws IOException {
    return Page.blocks(PAGE.text(), "sql").stream()
        .filter(sql -> sql.contains(part))
        .findFirst()
        .orElseThrow();
  }

  private static BigDecimal sum(List<Map<String, @Nullable Object>> rows, String column) {
    return rows.stream()
        .map(row -> row.get(column))
        .map(BigDecimal.class::cast)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
