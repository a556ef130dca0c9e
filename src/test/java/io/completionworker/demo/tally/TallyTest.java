// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.fixtures.UsageRows;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TallyTest {

  private final Tally tally = new Tally(List.of("a", "b", "c"));

  @Test
  void shouldNameRequestsWithoutExactlyOneOutcome() {
    tally.deadLetter("a");
    tally.deadLetter("b");
    tally.deadLetter("b");
    tally.deadLetter("x");

    assertThat(tally.withOutcome()).isEqualTo(2);
    assertThat(tally.faults())
        .containsExactly(
            "b has several outcomes: dead letter, dead letter",
            "c has no outcome",
            "x was never asked, but has an outcome: dead letter");
  }

  @Test
  void shouldFindTheMostCallsOpenAtOnce() {
    tally.usage(row(10, 30, true));
    tally.usage(row(20, 40, true));
    tally.usage(row(40, 50, true));

    assertThat(tally.peakOpenByUsage()).isEqualTo(2);
  }

  @Test
  void shouldCountBilledTokensOnly() {
    tally.usage(row(10, 30, true));
    tally.usage(row(10, 30, false));

    assertThat(tally.promptTokens()).isEqualTo(1000);
    assertThat(tally.completionTokens()).isEqualTo(500);
  }

  @Test
  void shouldAddUpCostsByCurrency() {
    tally.usage(row(10, 30, true, "0.1000000000"));
    tally.usage(row(10, 30, true, "0.2000000000"));
    tally.usage(row(10, 30, true));

    assertThat(tally.costs()).containsOnly(entry("USD", new BigDecimal("0.3000000000")));
    assertThat(ClosingTable.of(tally, 7, Duration.ofMillis(1)))
        .contains("cost in USD               0.300000");
  }

  @Test
  void shouldTakeTheLastOfEachWindow() {
    tally.usage(row(10, 30, true));
    tally.chunk();
    tally.window("w1", window(1));
    tally.window("w1", window(3));
    tally.window("w2", window(4));

    assertThat(tally.windows()).isEqualTo(2);
    assertThat(tally.callsInWindows()).isEqualTo(7);
    assertThat(ClosingTable.of(tally, 7, Duration.ofMillis(1)).replaceAll(" +", " "))
        .contains("chunks of answers 1", "usage rows 1", "usage windows 2", "rows in them 7");
  }

  private static UsageWindow window(long calls) {
    return UsageRows.window().setCalls(calls).build();
  }

  @Test
  void shouldAlignTheTable() {
    tally.usage(row(10, 30, true));

    String table = ClosingTable.of(tally, 7, Duration.ofMillis(21_460));

    assertThat(table)
        .contains("tokens in all             1,500", "seconds                    21.5");
    assertThat(table.lines().map(String::length)).containsOnly(33);
  }

  private static CompletionUsage row(long startedAt, long completedAt, boolean billable) {
    return row(startedAt, completedAt, billable, null);
  }

  private static CompletionUsage row(
      long startedAt, long completedAt, boolean billable, @Nullable String cost) {
    return UsageRows.row()
        .setPromptTokens(1000)
        .setCompletionTokens(500)
        .setBillable(billable)
        .setStartedAt(Instant.ofEpochMilli(startedAt))
        .setCompletedAt(Instant.ofEpochMilli(completedAt))
        .setLatencyMs(completedAt - startedAt)
        .setCost(cost == null ? null : new BigDecimal(cost))
        .setCurrency(cost == null ? null : "USD")
        .build();
  }
}
