// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.estimate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.Table;
import io.completionworker.cli.usage.UsageQuestion;
import io.completionworker.cli.usage.UsageQuestion.Grouping;
import io.completionworker.cli.usage.UsageReport;
import io.completionworker.cli.usage.UsageTotals;
import io.completionworker.config.WorkerSettings;
import io.completionworker.pricing.PriceList;
import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.UsedTokens;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Whether a price file has a price for each model on the usage topic.
 *
 * @param models those without a price first, and of these the ones with the most calls
 * @param notices reasons why models may be missing here, one line each
 */
public record PricedModels(List<Model> models, List<String> notices) {

  private static final List<Grouping> GROUPINGS =
      Stream.of("model", "model_served", "provider", "service_tier").map(Grouping::parse).toList();

  private static final List<String> HEADINGS =
      List.of("MODEL", "PROVIDER", "TIER", "CALLS", "WITHOUT A COST", "PRICE");

  /** One token each way. Only whether there is a price is of interest. */
  private static final UsedTokens SOME = UsedTokens.expected(1, 0, 1);

  /**
   * A model as it answered.
   *
   * @param calls billable calls whose tokens are known
   * @param unpriced those whose row has no cost
   * @param priced whether the file has a price now
   */
  public record Model(
      String name, String provider, String tier, long calls, long unpriced, boolean priced) {}

  /**
   * Reads the usage topic.
   *
   * @param from first time that counts
   * @param looked receives the number of records read so far
   * @throws io.completionworker.cli.records.RecordsException if the brokers do not answer
   */
  public static PricedModels read(
      WorkerSettings settings, PriceList prices, StartAt from, Instant now, LongConsumer looked) {
    Map<Grouping, String> billed =
        Map.of(
            Grouping.parse("usage_source"), "REPORTED",
            Grouping.parse("billable"), "true");
    UsageQuestion question = new UsageQuestion(GROUPINGS, billed, from, now, ZoneOffset.UTC);
    UsageReport report = UsageReport.read(settings, question, looked);
    List<Model> models = new ArrayList<>();
    report
        .totals()
        .groups()
        .forEach((group, row) -> models.add(model(prices, question.values(group), row, now)));
    models.sort(
        Comparator.comparing(Model::priced)
            .thenComparing(Comparator.comparingLong(Model::calls).reversed())
            .thenComparing(Model::name));
    return new PricedModels(models, report.notices());
  }

  private static Model model(
      PriceList prices, List<String> values, UsageTotals.Row row, Instant now) {
    String served = values.get(1);
    String name = served.equals(Grouping.NONE) ? values.get(0) : served;
    String provider = values.get(2);
    String tier = values.get(3);
    PricedCall call =
        new PricedCall(
            name,
            provider.equals(Grouping.NONE) ? null : provider,
            tier.equals(Grouping.NONE) ? null : tier,
            now.toEpochMilli());
    boolean priced = prices.cost(call, SOME) instanceof Cost.Known;
    return new Model(name, provider, tier, row.calls(), row.unpriced(), priced);
  }

  /** Whether every model has a price. */
  public boolean complete() {
    return models.stream().allMatch(Model::priced);
  }

  /** Returns the report for people. */
  public List<String> lines(int columns) {
    if (models.isEmpty()) {
      return List.of("No call with known tokens ended in that time");
    }
    Table table = new Table(HEADINGS, 3);
    models.forEach(
        model ->
            table.add(
                List.of(
                    model.name,
                    model.provider,
                    model.tier,
                    String.valueOf(model.calls),
                    String.valueOf(model.unpriced),
                    model.priced ? "yes" : "none")));
    return table.lines(columns);
  }

  /** Returns the report for scripts: a JSON object for each model. */
  public List<String> json() {
    return models.stream().map(PricedModels::json).map(ObjectNode::toString).toList();
  }

  private static ObjectNode json(Model model) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", model.name)
        .put("provider", model.provider)
        .put("service_tier", model.tier)
        .put("calls", model.calls)
        .put("unpriced_calls", model.unpriced)
        .put("priced", model.priced);
  }
}
