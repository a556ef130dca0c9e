// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.usage.UsageTotals;
import io.completionworker.fixtures.UsageRows;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CollectReportTest {

  private static final int NARROW = 40;

  private final UsageTotals totals = new UsageTotals();

  @Test
  void shouldStackATableThatIsWiderThanTheTerminal() {
    totals.add(
        "gpt-4o-mini",
        UsageRows.row()
            .setModel("gpt-4o-mini")
            .setPromptTokens(1_200)
            .setCompletionTokens(30)
            .setCost(new BigDecimal("0.5"))
            .setCurrency("USD")
            .build());

    assertThat(complete().lines(80))
        .anyMatch(line -> line.startsWith("MODEL") && line.endsWith("COST"));
    assertThat(complete().lines(NARROW))
        .contains(
            "MODEL gpt-4o-mini", "  CALLS 1", "  PROMPT 1200", "  COMPLETION 30", "  COST 0.5 USD")
        .noneMatch(line -> line.length() > NARROW);
  }

  @Test
  void shouldSayWhatIsMissing() {
    String more = "; run the same command again to go on";

    assertThat(incomplete(OptionalLong.of(7), 4, 3).missing())
        .isEqualTo("Batch b is not complete: 3 of 7 requests have no outcome" + more);
    assertThat(incomplete(OptionalLong.empty(), 4, 1).missing())
        .isEqualTo(
            "Batch b is not complete: 1 of 5 requests have no outcome, and its submit has not ended"
                + more);
    assertThat(incomplete(OptionalLong.empty(), 7, 0).missing())
        .isEqualTo(
            "Batch b is not complete: all 7 requests so far have their outcome, and its submit has"
                + " not ended"
                + more);
  }

  private CollectReport complete() {
    return report(CollectReport.End.COMPLETE, OptionalLong.of(1), 1, 0);
  }

  private CollectReport incomplete(OptionalLong size, long answers, long missing) {
    return report(CollectReport.End.INCOMPLETE, size, answers, missing);
  }

  private CollectReport report(
      CollectReport.End end, OptionalLong size, long answers, long missing) {
    CollectOptions options =
        new CollectOptions(
            "b",
            Path.of("a.jsonl"),
            Path.of("e.jsonl"),
            false,
            false,
            StartAt.EARLIEST,
            Optional.empty(),
            Optional.empty());
    return new CollectReport(options, end, size, answers, missing, Map.of(), totals);
  }
}
