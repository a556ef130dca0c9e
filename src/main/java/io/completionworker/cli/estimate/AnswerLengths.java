// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.estimate;

import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.usage.UsageQuestion;
import io.completionworker.cli.usage.UsageQuestion.Grouping;
import io.completionworker.cli.usage.UsageReport;
import io.completionworker.config.WorkerSettings;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How many completion tokens an answer of a model has on average.
 *
 * @param byModel the average by the model that was asked for
 */
public record AnswerLengths(Map<String, Length> byModel) {

  /**
   * The length of an answer.
   *
   * @param tokens completion tokens
   * @param ofImages part of them that is images
   */
  public record Length(double tokens, double ofImages) {

    /** Returns how many of these completion tokens are images, if as many as usual are. */
    long images(long completion) {
      return tokens == 0 ? 0 : Math.round(completion * ofImages / tokens);
    }
  }

  /** No answer is known. */
  public static final AnswerLengths NONE = new AnswerLengths(Map.of());

  /** Copies the map. */
  public AnswerLengths {
    byModel = Map.copyOf(byModel);
  }

  /** Returns the average of a model; null if no answer of it is known. */
  @Nullable Length usual(String model) {
    return byModel.get(model);
  }

  /**
   * Reads the answers on the usage topic whose tokens were reported and billed.
   *
   * @param from first time that counts
   * @param looked receives the number of records read so far
   * @throws io.completionworker.cli.records.RecordsException if the brokers do not answer
   */
  public static AnswerLengths read(
      WorkerSettings settings, StartAt from, Instant now, LongConsumer looked) {
    Map<Grouping, String> answered =
        Map.of(
            Grouping.parse("outcome"), "ANSWERED",
            Grouping.parse("usage_source"), "REPORTED",
            Grouping.parse("billable"), "true");
    UsageQuestion question =
        new UsageQuestion(List.of(Grouping.parse("model")), answered, from, now, ZoneOffset.UTC);
    Map<String, Length> averages = new HashMap<>();
    UsageReport.read(settings, question, looked)
        .totals()
        .groups()
        .forEach(
            (model, row) ->
                averages.put(
                    model,
                    new Length(
                        (double) row.completionTokens() / row.calls(),
                        (double) row.imageCompletionTokens() / row.calls())));
    return new AnswerLengths(averages);
  }
}
