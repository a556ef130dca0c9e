// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Committed usage windows, the last revision of each. One thread. */
public final class UsageSums implements AutoCloseable {

  /** Tokens of calls that are billable, by kind. */
  public record Tokens(long prompt, long completion, long total, long cached, long reasoning) {

    private static final Tokens NONE = new Tokens(0, 0, 0, 0, 0);

    Tokens plus(Tokens other) {
      return new Tokens(
          prompt + other.prompt,
          completion + other.completion,
          total + other.total,
          cached + other.cached,
          reasoning + other.reasoning);
    }
  }

  /** What is added up, by user. */
  public record Sums(
      long calls,
      Tokens tokens,
      long unbilled,
      long unpriced,
      BigDecimal cost,
      long retries,
      long latency,
      long answered) {

    /** Of one row. */
    public static Sums of(CompletionUsage row) {
      boolean billable = row.getBillable();
      return new Sums(
          1,
          billable
              ? new Tokens(
                  row.getPromptTokens(),
                  row.getCompletionTokens(),
                  row.getTotalTokens(),
                  row.getCachedTokens(),
                  row.getReasoningTokens())
              : Tokens.NONE,
          billable ? 0 : row.getTotalTokens(),
          billable && row.getCost() == null ? 1 : 0,
          orZero(row.getCost()),
          row.getAttempt() > 1 ? 1 : 0,
          row.getLatencyMs(),
          row.getOutcome().equals("ANSWERED") ? 1 : 0);
    }

    /** Of one window. */
    public static Sums of(UsageWindow window) {
      return new Sums(
          window.getCalls(),
          new Tokens(
              window.getPromptTokens(),
              window.getCompletionTokens(),
              window.getTotalTokens(),
              window.getCachedTokens(),
              window.getReasoningTokens()),
          window.getUnbilledTokens(),
          window.getUnpricedCalls(),
          orZero(window.getCost()),
          window.getRetries(),
          window.getLatencySumMs(),
          window.getAnsweredCalls());
    }

    /** Both together. */
    public Sums plus(Sums other) {
      return new Sums(
          calls + other.calls,
          tokens.plus(other.tokens),
          unbilled + other.unbilled,
          unpriced + other.unpriced,
          cost.add(other.cost),
          retries + other.retries,
          latency + other.latency,
          answered + other.answered);
    }

    private static BigDecimal orZero(@Nullable BigDecimal cost) {
      return cost == null ? BigDecimal.ZERO.setScale(10) : cost;
    }
  }

  private final KafkaConsumer<String, byte[]> consumer;
  private final Deserializer<UsageWindow> windows;
  private final Map<String, UsageWindow> last = new HashMap<>();

  UsageSums(Stand stand) {
    consumer = stand.committed("completion-usage-windows");
    windows = stand.serdes().forValues(UsageWindow.class).deserializer();
  }

  /** Reads what has come since the last time; every revision must come once, in order. */
  UsageSums poll() {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      UsageWindow window = windows.deserialize(record.topic(), record.value());
      UsageWindow before = last.put(record.key(), window);
      int expected = before == null ? 0 : before.getRevision() + 1;
      if (window.getRevision() != expected || window.getSourcePartition() != record.partition()) {
        throw new AssertionError(record.key() + " after revision " + expected + ": " + window);
      }
    }
    return this;
  }

  Collection<UsageWindow> last() {
    return last.values();
  }

  /** Sums by user. */
  Map<String, Sums> byUser() {
    Map<String, Sums> byUser = new TreeMap<>();
    last.values().forEach(window -> byUser.merge(window.getEndUser(), Sums.of(window), Sums::plus));
    return byUser;
  }

  /** The same of rows. */
  static Map<String, Sums> byUser(Collection<CompletionUsage> rows) {
    Map<String, Sums> byUser = new TreeMap<>();
    rows.forEach(row -> byUser.merge(String.valueOf(row.getEndUser()), Sums.of(row), Sums::plus));
    return byUser;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
