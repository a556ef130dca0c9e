// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.estimate.AnswerLengths;
import io.completionworker.cli.estimate.CostEstimate;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.usage.UsageTotals;
import io.completionworker.config.WorkerConfig;
import io.completionworker.fixtures.UsageRows;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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

  @Test
  void shouldSetTheEstimateBesideTheBill() {
    CostEstimate estimate =
        CostEstimate.of(
            WorkerConfig.load(
                Optional.empty(),
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
                    "VALUE_FORMAT", "json",
                    "USAGE_PRICES_FILE", "deploy/prices.example.json")),
            new AnswerLengths(Map.of("gpt-4o", new AnswerLengths.Length(40, 0))),
            Instant.now());
    estimate
        .of(request -> List.of())
        .violations(
            CompletionRequest.newBuilder()
                .setModel("gpt-4o")
                .setMaxTokens(100)
                .setMessages(List.of())
                .build());

    CollectReport report = complete().with(Optional.of(estimate.report()));

    assertThat(report.lines(80))
        .last()
        .asString()
        .matches("estimate  [0-9.]+ to [0-9.]+ USD, expected [0-9.]+");
    assertThat(report.json())
        .contains("\"estimate\":[{\"model\":\"gpt-4o\"", "\"expected_completion_tokens\":40");
  }

  @Test
  void shouldExpectLongAnswersOfRequestsWithoutAMaximum() {
    CostEstimate estimate =
        CostEstimate.of(
            WorkerConfig.load(
                Optional.empty(),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "VALUE_FORMAT", "json")),
            new AnswerLengths(Map.of("gpt-4o", new AnswerLengths.Length(3_000, 0))),
            Instant.now());
    CompletionRequest.Builder request =
        CompletionRequest.newBuilder().setModel("gpt-4o").setMessages(List.of());
    estimate.of(any -> List.of()).violations(request.build());
    estimate.of(any -> List.of()).violations(request.setMaxTokens(10).build());

    assertThat(complete().with(Optional.of(estimate.report())).json())
        .contains("\"expected_completion_tokens\":3010", "\"most_completion_tokens\":3010");
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
    return new CollectReport(
        options, end, size, answers, missing, Map.of(), totals, Optional.empty());
  }
}
