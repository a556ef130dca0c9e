package io.completionworker.cli.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How a collect has ended: what is there, what it used and cost, what has failed and why. */
public final class CollectReport {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> HEADINGS =
      List.of("MODEL", "CALLS", "PROMPT", "COMPLETION", "CACHED", "REASONING", "AUDIO", "COST");

  private final CollectOptions options;
  private final End end;
  private final OptionalLong size;
  private final long answers;
  private final long missing;
  private final Map<String, Long> failures;
  private final Totals totals;

  /** What it has come to. */
  enum End {
    /** Every request has its outcome. */
    COMPLETE,
    /** Some have not, or may not. */
    INCOMPLETE,
    /** Every request that is known has; how many there are cannot be known any more. */
    SIZE_GONE
  }

  CollectReport(
      CollectOptions options,
      End end,
      OptionalLong size,
      long answers,
      long missing,
      Map<String, Long> failures,
      Totals totals) {
    this.options = options;
    this.end = end;
    this.size = size;
    this.answers = answers;
    this.missing = missing;
    this.failures = failures;
    this.totals = totals;
  }

  /** Whether every request of the batch has its outcome. */
  public boolean complete() {
    return end == End.COMPLETE;
  }

  /** What is missing, in one line. */
  public String missing() {
    if (end == End.SIZE_GONE) {
      return "Batch %s cannot be told to be complete: all %d requests that are known have their outcome,"
              .formatted(options.batch(), answers + failed())
          + " but the record that says how many there are is not on the topics: it was deleted by their"
          + " retention, is older than --since, or was not published yet. If its submit was stopped, run"
          + " that again and then this command";
    }
    String known =
        missing + " of " + (size.isPresent() ? size.getAsLong() : answers + failed() + missing);
    return "Batch "
        + options.batch()
        + " is not complete: "
        + known
        + " requests have no outcome"
        + (size.isPresent() ? "" : ", and its submit has not ended")
        + "; run the same command again to go on";
  }

  /**
   * For people: lines of a table, or where that is too wide, one below the other.
   *
   * @param columns that a line may have
   */
  public List<String> lines(int columns) {
    List<String> lines = new ArrayList<>();
    lines.add("answers   " + answers + " in " + options.answersName());
    lines.add("failures  " + failed() + " in " + options.errorsName());
    failures.forEach((reason, count) -> lines.add("  " + reason + " " + count));
    if (!totals.byModel().isEmpty()) {
      lines.add("");
      lines.addAll(table(columns));
    }
    return lines;
  }

  private List<String> table(int columns) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    totals.byModel().forEach((model, row) -> rows.add(cells(model, row)));
    if (totals.byModel().size() > 1) {
      rows.add(cells("all", totals.all()));
    }
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> table = rows.stream().map(row -> aligned(row, widths)).toList();
    boolean fits = table.stream().allMatch(line -> line.length() <= columns);
    return fits ? table : rows.stream().skip(1).flatMap(CollectReport::stacked).toList();
  }

  /** The model, and what it used below it; what it did not use is left out. */
  private static Stream<String> stacked(List<String> row) {
    return IntStream.range(0, row.size())
        .filter(i -> i == 0 || !row.get(i).equals("0"))
        .mapToObj(i -> (i == 0 ? "" : "  ") + HEADINGS.get(i) + " " + row.get(i));
  }

  private static List<String> cells(String model, Totals.Row row) {
    return List.of(
        model.replaceAll("\\p{Cntrl}", "?"), // it comes from a topic, and goes to a terminal
        String.valueOf(row.calls()),
        String.valueOf(row.promptTokens()),
        String.valueOf(row.completionTokens()),
        String.valueOf(row.cachedTokens()),
        String.valueOf(row.reasoningTokens()),
        String.valueOf(row.audioTokens()),
        cost(row));
  }

  private static String cost(Totals.Row row) {
    String known =
        row.cost().entrySet().stream()
            .map(cost -> plain(cost.getValue()) + " " + cost.getKey())
            .collect(Collectors.joining(" + "));
    if (row.unpriced() == 0) {
      return known;
    }
    String unpriced = row.unpriced() + " calls without a price";
    return known.isEmpty() ? unpriced : known + ", " + unpriced;
  }

  private static String aligned(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    int last = row.size() - 1;
    for (int i = 0; i <= last; i++) {
      String cell = row.get(i);
      String padding = " ".repeat(widths[i] - cell.length());
      line.append(i == 0 || i == last ? cell : padding + cell);
      line.append(i == 0 ? padding + "  " : i < last ? "  " : "");
    }
    return line.toString().stripTrailing();
  }

  /** For scripts: one JSON object. */
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
    totals.byModel().forEach((model, row) -> usage.set(model, node(row)));
    json.set("total", node(totals.all()));
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode node(Totals.Row row) {
    ObjectNode json = JSON.createObjectNode();
    json.put("calls", row.calls());
    json.put("prompt_tokens", row.promptTokens());
    json.put("completion_tokens", row.completionTokens());
    json.put("cached_tokens", row.cachedTokens());
    json.put("reasoning_tokens", row.reasoningTokens());
    json.put("audio_tokens", row.audioTokens());
    json.put("unpriced_calls", row.unpriced());
    ObjectNode cost = json.putObject("cost");
    row.cost().forEach((currency, amount) -> cost.put(currency, plain(amount)));
    return json;
  }

  private long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }
}
