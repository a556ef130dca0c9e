// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.outcomes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.control.AppliedControls;
import io.completionworker.cli.terminal.CountedText;
import io.completionworker.cli.terminal.Table;
import io.completionworker.cli.usage.UsageTotals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How far a batch is.
 *
 * @param size how many requests it has; empty if the record that says so was not seen
 * @param seen how many of its requests were seen
 * @param missing how many requests are known to have no outcome
 * @param failures how many requests ended with each failure reason, dead letters among them
 * @param usage what its calls used and cost so far
 * @param rate outcomes per second over the last minute; empty if there was none
 * @param last when the latest outcome ended
 * @param controls the cancellations and pauses that hold for it
 */
public record BatchStatus(
    String batch,
    OptionalLong size,
    long seen,
    long answers,
    long missing,
    Map<String, Long> failures,
    UsageTotals.Row usage,
    OptionalDouble rate,
    Optional<Instant> last,
    AppliedControls controls) {

  /** Returns the status that these counts show at this time. */
  public static BatchStatus of(
      String batch, BatchCounts counts, AppliedControls controls, Instant now) {
    Ledger ledger = counts.ledger();
    return new BatchStatus(
        batch,
        ledger.size(),
        ledger.seen(),
        ledger.answers().size(),
        ledger.missing(),
        counts.failures(),
        counts.totals().all(),
        counts.rate(now),
        counts.lastOutcome(),
        controls);
  }

  /** Whether every request of the batch has its outcome. */
  public boolean complete() {
    return size.isPresent() && missing == 0;
  }

  /** Returns how many requests are known to have their outcome. */
  public long settled() {
    return requests() - missing;
  }

  private long requests() {
    return Math.max(seen, size.orElse(0));
  }

  private long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns the status for people.
   *
   * @param columns how many columns a line may have
   */
  public List<String> lines(int columns) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %d of %s%d requests have their outcome"
            .formatted(batch, settled(), size.isPresent() ? "" : "at least ", requests()));
    if (size.isEmpty()) {
      lines.add(
          "The record that says how many there are was not seen: its submit has not ended, or the"
              + " record is older than --from or was deleted");
    }
    Table table = new Table(List.of("OUTCOME", "REQUESTS", "SHARE"), 1);
    table.add(row("answer", answers));
    failures.forEach((reason, count) -> table.add(row(reason, count)));
    table.add(row("none yet", missing));
    lines.addAll(table.lines(columns));
    if (usage.calls() > 0) {
      lines.add(
          "%d %s so far, %d tokens%s"
              .formatted(
                  usage.calls(),
                  usage.calls() == 1 ? "call" : "calls",
                  usage.promptTokens() + usage.completionTokens(),
                  usage.costText().isEmpty() ? "" : ", " + usage.costText()));
    }
    if (!complete()) {
      lines.add(pace());
    }
    lines.addAll(controls.batch());
    return lines;
  }

  private List<String> row(String outcome, long count) {
    return List.of(
        outcome,
        Long.toString(count),
        String.format(Locale.ROOT, "%.1f %%", 100.0 * count / Math.max(1, requests())));
  }

  private String pace() {
    if (rate.isEmpty()) {
      return last.map(time -> "No outcome in the last minute; the latest is of " + time)
          .orElse("No outcome yet");
    }
    return String.format(Locale.ROOT, "%.1f outcomes a second", rate.getAsDouble())
        + secondsLeft().stream()
            .mapToObj(seconds -> ", " + CountedText.clock(seconds) + " left at this rate")
            .findFirst()
            .orElse("");
  }

  /** Returns how long the rest takes at this rate; empty if that is not known. */
  OptionalLong secondsLeft() {
    return rate.isEmpty() || size.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of((long) Math.ceil(missing / rate.getAsDouble()));
  }

  /** Returns the cells of {@link #HEADINGS}, for a table of batches. */
  List<String> cells() {
    return List.of(
        batch,
        (size.isPresent() ? "" : "at least ") + requests(),
        Long.toString(answers),
        Long.toString(failed()),
        Long.toString(missing),
        last.map(Instant::toString).orElse("-"));
  }

  /** The headings of a table of batches. */
  static final List<String> HEADINGS =
      List.of("BATCH", "REQUESTS", "ANSWERS", "FAILURES", "NONE YET", "LATEST OUTCOME");

  /** Returns the lines of a table of batches. */
  public static List<String> table(List<BatchStatus> batches, int columns) {
    Table table = new Table(HEADINGS, 1);
    batches.forEach(batch -> table.add(batch.cells()));
    return table.lines(columns);
  }

  /** Returns the status for scripts: one JSON object. */
  public String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("batch", batch);
    json.put("complete", complete());
    size.ifPresent(count -> json.put("requests", count));
    json.put("requests_seen", seen);
    json.put("answers", answers);
    json.put("failures", failed());
    json.put("missing", missing);
    ObjectNode reasons = json.putObject("failures_by_reason");
    failures.forEach(reasons::put);
    usage.describe(json.putObject("usage"));
    rate.ifPresent(perSecond -> json.put("outcomes_per_second", perSecond));
    secondsLeft().ifPresent(seconds -> json.put("seconds_left", seconds));
    last.ifPresent(time -> json.put("latest_outcome", time.toString()));
    controls.describe(json.putArray("controls"));
    return json.toString();
  }
}
