package io.completionworker.cli.collect;

import io.completionworker.avro.CompletionUsage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The usage of a batch, added up by model. */
final class Totals {

  private final TreeMap<String, Row> byModel = new TreeMap<>();

  /**
   * What a model used.
   *
   * @param calls attempts that were or may have been billed
   * @param unpriced of them, billable ones without a cost
   * @param cost by currency
   */
  record Row(
      long calls,
      long promptTokens,
      long completionTokens,
      long cachedTokens,
      long reasoningTokens,
      long audioTokens,
      long unpriced,
      Map<String, BigDecimal> cost) {

    static final Row NONE = new Row(0, 0, 0, 0, 0, 0, 0, Map.of());

    Row plus(Row other) {
      Map<String, BigDecimal> sum = new TreeMap<>(cost);
      other.cost.forEach((currency, amount) -> sum.merge(currency, amount, BigDecimal::add));
      return new Row(
          calls + other.calls,
          promptTokens + other.promptTokens,
          completionTokens + other.completionTokens,
          cachedTokens + other.cachedTokens,
          reasoningTokens + other.reasoningTokens,
          audioTokens + other.audioTokens,
          unpriced + other.unpriced,
          Collections.unmodifiableMap(sum));
    }
  }

  void add(CompletionUsage usage) {
    @Nullable BigDecimal cost = usage.getCost();
    @Nullable String currency = usage.getCurrency();
    boolean priced = cost != null && currency != null;
    Row row =
        new Row(
            1,
            usage.getPromptTokens(),
            usage.getCompletionTokens(),
            usage.getCachedTokens(),
            usage.getReasoningTokens(),
            usage.getAudioPromptTokens() + usage.getAudioCompletionTokens(),
            priced || !usage.getBillable() ? 0 : 1,
            cost != null && currency != null ? Map.of(currency, cost) : Map.of());
    byModel.merge(usage.getModel(), row, Row::plus);
  }

  Map<String, Row> byModel() {
    return Collections.unmodifiableMap(byModel);
  }

  Row all() {
    return byModel.values().stream().reduce(Row.NONE, Row::plus);
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(byModel.size());
    for (Map.Entry<String, Row> entry : byModel.entrySet()) {
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

  static Totals read(DataInput in) throws IOException {
    Totals totals = new Totals();
    int models = in.readInt();
    for (int i = 0; i < models; i++) {
      String model = in.readUTF();
      long[] counts = new long[7];
      for (int k = 0; k < counts.length; k++) {
        counts[k] = in.readLong();
      }
      Map<String, BigDecimal> cost = new TreeMap<>();
      int currencies = in.readInt();
      for (int k = 0; k < currencies; k++) {
        cost.put(in.readUTF(), new BigDecimal(in.readUTF()));
      }
      totals.byModel.put(
          model,
          new Row(
              counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], cost));
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
      row.unpriced
    };
  }
}
