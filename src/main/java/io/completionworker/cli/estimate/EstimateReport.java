// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.estimate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.estimate.CostEstimate.Amount;
import io.completionworker.cli.estimate.CostEstimate.Expected;
import io.completionworker.cli.terminal.CountedText;
import io.completionworker.cli.terminal.Table;
import io.completionworker.cli.usage.UsageTotals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An estimate as people and scripts read it.
 *
 * @param models what is expected of each model
 * @param outputTokens completion tokens that count for a request without a maximum
 * @param priced whether there is a price file
 * @param tiered whether requests try cheaper service tiers
 * @param time the shortest time that the configured limits allow; empty without such a limit
 */
public record EstimateReport(
    Map<String, Expected> models,
    int outputTokens,
    boolean priced,
    boolean tiered,
    Optional<LeastTime.Bound> time) {

  private static final List<String> HEADINGS =
      List.of("MODEL", "REQUESTS", "PROMPT", "COMPLETION", "AT MOST", "COST");

  private static final String UNKNOWN = "?";

  /** Significant digits of an amount; an estimate is no more exact than that. */
  private static final int DIGITS = 4;

  /** Returns the report for people, with a line for each thing that the figures lack. */
  public List<String> lines(int columns) {
    Table table = new Table(HEADINGS, 1);
    models.forEach((model, expected) -> table.add(row(model, expected)));
    if (models.size() > 1) {
      table.add(row("all", all()));
    }
    List<String> lines = new ArrayList<>(table.lines(columns));
    time.ifPresent(bound -> lines.add(least(bound)));
    lines.addAll(notices());
    return lines;
  }

  private static String least(LeastTime.Bound bound) {
    return "At least %s by %s=%s, if nothing else uses the limit"
        .formatted(
            CountedText.clock(bound.time().toSeconds()),
            bound.limit(),
            BigDecimal.valueOf(bound.rate()).stripTrailingZeros().toPlainString());
  }

  /** Returns the shortest time that the configured limits allow; empty without such a limit. */
  public OptionalLong leastSeconds() {
    return time.stream().mapToLong(bound -> bound.time().toSeconds()).findFirst();
  }

  private List<String> notices() {
    List<String> notices = new ArrayList<>();
    Expected all = all();
    if (all.expectedCompletion() == null) {
      notices.add(
          "COMPLETION is not known: --learn-from 7d takes it from the answers of the last 7 days");
    }
    if (all.withoutMaximum() > 0) {
      notices.add(
          "%s without max_completion_tokens: AT MOST counts %d tokens for an answer, and may be exceeded"
              .formatted(CountedText.of(all.withoutMaximum(), "request"), outputTokens));
    }
    if (!priced) {
      notices.add("COST is not known: set usage.prices.file");
    } else if (all.most().unpriced() > 0) {
      notices.add(
          "COST lacks %s whose model is not in usage.prices.file"
              .formatted(CountedText.of(all.most().unpriced(), "request")));
    }
    if (priced && tiered) {
      notices.add(
          "COST is that of the tier that each request names: with tier.order it may be less");
    }
    return notices;
  }

  /** Returns the report for scripts: an object for each model. */
  public List<ObjectNode> json() {
    List<ObjectNode> all = new ArrayList<>();
    models.forEach((model, expected) -> all.add(json(model, expected)));
    return all;
  }

  /** Returns the cost of all models in one line; empty if no request has a price. */
  public String cost() {
    return models.isEmpty() ? "" : cost(all());
  }

  private Expected all() {
    return models.values().stream().reduce(Expected::plus).orElseThrow();
  }

  private static List<String> row(String model, Expected expected) {
    return List.of(
        model,
        String.valueOf(expected.requests()),
        String.valueOf(expected.promptTokens()),
        text(expected.expectedCompletion()),
        String.valueOf(expected.mostCompletion()),
        cost(expected));
  }

  private static String cost(Expected expected) {
    Amount most = expected.most();
    if (most.currency().isEmpty()) {
      return "";
    }
    Amount usual = expected.usual();
    String range =
        "%s to %s %s".formatted(rounded(expected.least()), rounded(most), most.currency());
    return usual == null ? range : range + ", expected " + rounded(usual);
  }

  private static String text(@Nullable Long tokens) {
    return tokens == null ? UNKNOWN : tokens.toString();
  }

  private static String rounded(Amount amount) {
    BigDecimal money = amount.money();
    int decimals = Math.max(2, DIGITS - money.precision() + money.scale());
    return UsageTotals.plain(
        money.setScale(Math.min(decimals, money.scale()), RoundingMode.HALF_UP));
  }

  private static ObjectNode json(String model, Expected expected) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("model", model)
            .put("requests", expected.requests())
            .put("prompt_tokens", expected.promptTokens())
            .put("expected_completion_tokens", expected.expectedCompletion())
            .put("most_completion_tokens", expected.mostCompletion())
            .put("requests_without_maximum", expected.withoutMaximum())
            .put("unpriced_requests", expected.most().unpriced());
    if (!expected.most().currency().isEmpty()) {
      json.put("currency", expected.most().currency());
      json.put("least_cost", UsageTotals.plain(expected.least().money()));
      Amount usual = expected.usual();
      json.put("expected_cost", usual == null ? null : UsageTotals.plain(usual.money()));
      json.put("most_cost", UsageTotals.plain(expected.most().money()));
    }
    return json;
  }
}
