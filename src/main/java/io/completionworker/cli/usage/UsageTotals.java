// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionUsage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Usage added up in groups, such as models. For one thread. */
public final class UsageTotals {

  /** The headings of {@link Row#cells}. */
  public static final List<String> HEADINGS =
      List.of("CALLS", "PROMPT", "COMPLETION", "CACHED", "REASONING", "AUDIO", "COST");

  private final TreeMap<String, Row> groups = new TreeMap<>();

  /**
   * The usage of a group.
   *
   * @param calls attempts that have a row; the tokens are those of the billable ones
   * @param imagePromptTokens those of the prompts that endpoints named as images
   * @param imageCompletionTokens those of the completions that endpoints named as images
   * @param images images of the requests
   * @param unpriced billable attempts without a cost
   * @param cost cost by currency
   */
  public record Row(
      long calls,
      long promptTokens,
      long completionTokens,
      long cachedTokens,
      long reasoningTokens,
      long audioTokens,
      long imagePromptTokens,
      long imageCompletionTokens,
      long images,
      long unpriced,
      Map<String, BigDecimal> cost) {

    private static final Row NONE = new Row(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

    private static Row of(CompletionUsage usage) {
      @Nullable BigDecimal cost = usage.getCost();
      @Nullable String currency = usage.getCurrency();
      Map<String, BigDecimal> costs =
          cost == null || currency == null ? Map.of() : Map.of(currency, cost);
      if (!usage.getBillable()) {
        // its tokens are those of an earlier call
        return new Row(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, costs);
      }
      return new Row(
          1,
          usage.getPromptTokens(),
          usage.getCompletionTokens(),
          usage.getCachedTokens(),
          usage.getReasoningTokens(),
          usage.getAudioPromptTokens() + usage.getAudioCompletionTokens(),
          orZero(usage.getImagePromptTokens()),
          orZero(usage.getImageCompletionTokens()),
          usage.getImages(),
          costs.isEmpty() ? 1 : 0,
          costs);
    }

    private static long orZero(@Nullable Long count) {
      return count == null ? 0 : count;
    }

    /** Returns the cost as text, with the number of calls that have no price. */
    public String costText() {
      String known =
          cost.entrySet().stream()
              .map(amount -> plain(amount.getValue()) + " " + amount.getKey())
              .collect(Collectors.joining(" + "));
      if (unpriced == 0) {
        return known;
      }
      String without = unpriced + " calls without a price";
      return known.isEmpty() ? without : known + ", " + without;
    }

    /** Returns the figures as the cells of a table. */
    public List<String> cells() {
      return List.of(
          String.valueOf(calls),
          String.valueOf(promptTokens),
          String.valueOf(completionTokens),
          String.valueOf(cachedTokens),
          String.valueOf(reasoningTokens),
          String.valueOf(audioTokens),
          costText());
    }

    /** Adds the figures to a JSON object. */
    public void describe(ObjectNode json) {
      json.put("calls", calls);
      json.put("prompt_tokens", promptTokens);
      json.put("completion_tokens", completionTokens);
      json.put("cached_tokens", cachedTokens);
      json.put("reasoning_tokens", reasoningTokens);
      json.put("audio_tokens", audioTokens);
      json.put("image_prompt_tokens", imagePromptTokens);
      json.put("image_completion_tokens", imageCompletionTokens);
      json.put("images", images);
      json.put("unpriced_calls", unpriced);
      ObjectNode costs = json.putObject("cost");
      cost.forEach((currency, amount) -> costs.put(currency, plain(amount)));
    }

    private Row plus(Row other) {
      Map<String, BigDecimal> sum = new TreeMap<>(cost);
      other.cost.forEach((currency, amount) -> sum.merge(currency, amount, BigDecimal::add));
      return new Row(
          calls + other.calls,
          promptTokens + other.promptTokens,
          completionTokens + other.completionTokens,
          cachedTokens + other.cachedTokens,
          reasoningTokens + other.reasoningTokens,
          audioTokens + other.audioTokens,
          imagePromptTokens + other.imagePromptTokens,
          imageCompletionTokens + other.imageCompletionTokens,
          images + other.images,
          unpriced + other.unpriced,
          Collections.unmodifiableMap(sum));
    }
  }

  /** Returns an amount without zeros at its end and without an exponent. */
  public static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  /** Adds an attempt to a group. */
  public void add(String group, CompletionUsage usage) {
    groups.merge(group, Row.of(usage), Row::plus);
  }

  /** Returns the groups by name. */
  public Map<String, Row> groups() {
    return Collections.unmodifiableMap(groups);
  }

  /** Returns the sum of all groups. */
  public Row all() {
    return groups.values().stream().reduce(Row.NONE, Row::plus);
  }

  /** Writes the totals for {@link #read}. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(groups.size());
    for (Map.Entry<String, Row> entry : groups.entrySet()) {
      Row row = entry.getValue();
      out.writeUTF(entry.getKey());
      for (long count : counts(row)) {
        out.writeLong(count);
      }
      out.writeInt(row.cost.size());
      for (Map.Entry<String, BigDecimal> cost : row.cost.entrySet()) {
        out.writeUTF(cost.getKey());
        out.writeUTF(cost.getValue().toString());
      }
    }
  }

  /** Reads the totals that {@link #write} has written. */
  public static UsageTotals read(DataInput in) throws IOException {
    UsageTotals totals = new UsageTotals();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String group = in.readUTF();
      long[] counts = new long[10];
      for (int k = 0; k < counts.length; k++) {
        counts[k] = in.readLong();
      }
      Map<String, BigDecimal> cost = new TreeMap<>();
      int currencies = in.readInt();
      for (int k = 0; k < currencies; k++) {
        cost.put(in.readUTF(), new BigDecimal(in.readUTF()));
      }
      totals.groups.put(
          group,
          new Row(
              counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6],
              counts[7], counts[8], counts[9], cost));
    }
    return totals;
  }

  private static long[] counts(Row row) {
    return new long[] {
      row.calls,
      row.promptTokens,
      row.completionTokens,
      row.cachedTokens,
      row.reasoningTokens,
      row.audioTokens,
      row.imagePromptTokens,
      row.imageCompletionTokens,
      row.images,
      row.unpriced
    };
  }
}
