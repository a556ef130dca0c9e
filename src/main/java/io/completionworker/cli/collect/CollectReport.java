// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.estimate.EstimateReport;
import io.completionworker.cli.terminal.Table;
import io.completionworker.cli.usage.UsageTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The result of a collect: what was written, what it used and cost, what failed and why. */
public final class CollectReport {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> HEADINGS =
      Stream.concat(Stream.of("MODEL"), UsageTotals.HEADINGS.stream()).toList();

  private final CollectOptions options;
  private final End end;
  private final OptionalLong size;
  private final long answers;
  private final long missing;
  private final Map<String, Long> failures;
  private final UsageTotals totals;
  private final Optional<EstimateReport> estimate;

  /** The degree to which the batch is complete. */
  enum End {
    /** Every request has its outcome. */
    COMPLETE,
    /** Some requests have no outcome, or there may be more requests. */
    INCOMPLETE,
    /** Every known request has its outcome, but the size of the batch can no longer be known. */
    SIZE_GONE
  }

  CollectReport(
      CollectOptions options,
      End end,
      OptionalLong size,
      long answers,
      long missing,
      Map<String, Long> failures,
      UsageTotals totals,
      Optional<EstimateReport> estimate) {
    this.options = options;
    this.end = end;
    this.size = size;
    this.answers = answers;
    this.missing = missing;
    this.failures = failures;
    this.totals = totals;
    this.estimate = estimate;
  }

  /** Returns the same report, with what the requests were expected to cost. */
  public CollectReport with(Optional<EstimateReport> expected) {
    return new CollectReport(options, end, size, answers, missing, failures, totals, expected);
  }

  /** Whether every request of the batch has its outcome. */
  public boolean complete() {
    return end == End.COMPLETE;
  }

  /** Describes what is missing, in one line. */
  public String missing() {
    if (end == End.SIZE_GONE) {
      return "Batch %s cannot be told to be complete: all %d requests that are known have their outcome,"
              .formatted(options.batch(), known())
          + " but the record that says how many there are is not on the topics: it was deleted by"
          + " their retention, is older than --from, or was not published yet. If its submit was"
          + " stopped, run that again and then this command";
    }
    return "Batch %s is not complete: %s%s; run the same command again to go on"
        .formatted(
            options.batch(),
            missing == 0
                ? "all %d requests so far have their outcome".formatted(known())
                : "%d of %d requests have no outcome".formatted(missing, size.orElse(known())),
            size.isPresent() ? "" : ", and its submit has not ended");
  }

  private long known() {
    return answers + failed() + missing;
  }

  /**
   * Returns the report for people: lines of a table, or one value below the other where a table is
   * too wide.
   *
   * @param columns the number of columns that a line may have
   */
  public List<String> lines(int columns) {
    List<String> lines = new ArrayList<>();
    lines.add("answers   " + answers + " in " + options.answersName());
    lines.add("failures  " + failed() + " in " + options.errorsName());
    failures.forEach((reason, count) -> lines.add("  " + reason + " " + count));
    if (!totals.groups().isEmpty()) {
      lines.add("");
      lines.addAll(table(columns));
    }
    estimate
        .map(EstimateReport::cost)
        .filter(cost -> !cost.isEmpty())
        .ifPresent(cost -> lines.add("estimate  " + cost));
    return lines;
  }

  private List<String> table(int columns) {
    Table table = new Table(HEADINGS, 1);
    totals.groups().forEach((model, row) -> table.add(row(model, row)));
    if (totals.groups().size() > 1) {
      table.add(row("all", totals.all()));
    }
    return table.lines(columns);
  }

  private static List<String> row(String model, UsageTotals.Row row) {
    return Stream.concat(Stream.of(model), row.cells().stream()).toList();
  }

  /** Returns the report for scripts: one JSON object. */
  public String json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("batch", options.batch());
    json.put("complete", complete());
    size.ifPresent(count -> json.put("requests", count));
    json.put("answers", answers);
    json.put("failures", failed());
    json.put("missing", missing);
    json.put("out", options.answersName());
    json.put("errors", options.errorsName());
    ObjectNode reasons = json.putObject("failures_by_reason");
    failures.forEach(reasons::put);
    ObjectNode usage = json.putObject("usage");
    totals.groups().forEach((model, row) -> row.describe(usage.putObject(model)));
    totals.all().describe(json.putObject("total"));
    estimate.ifPresent(expected -> json.putArray("estimate").addAll(expected.json()));
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }
}
