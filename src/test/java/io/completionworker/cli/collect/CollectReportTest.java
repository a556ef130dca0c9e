package io.completionworker.cli.collect;

import static org.assertj.core.api.Assertions.assertThat;

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

    assertThat(report().lines(80))
        .anyMatch(line -> line.startsWith("MODEL") && line.endsWith("COST"));
    assertThat(report().lines(NARROW))
        .contains(
            "MODEL gpt-4o-mini", "  CALLS 1", "  PROMPT 1200", "  COMPLETION 30", "  COST 0.5 USD")
        .noneMatch(line -> line.length() > NARROW);
  }

  private CollectReport report() {
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
    return new CollectReport(
        options, CollectReport.End.COMPLETE, OptionalLong.of(1), 1, 0, Map.of(), totals);
  }
}
