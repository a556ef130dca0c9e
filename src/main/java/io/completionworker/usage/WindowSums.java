// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.UsageText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** The sums of one group in one window, and how much of them was written. Stream thread only. */
final class WindowSums {

  /** Inclusive upper bounds of the latency histogram in ms. One more count is for the rest. */
  private static final long[] BOUNDS = {
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000
  };

  /** The number of counts in the histogram. */
  static final int BUCKETS = BOUNDS.length + 1;

  private static final int COST_SCALE = 10;
  private static final int COST_PRECISION = 20;

  int revisions;
  long writtenCalls;
  long calls;
  long promptTokens;
  long completionTokens;
  long totalTokens;
  long cachedTokens;
  long cacheWriteTokens;
  long reasoningTokens;
  long unbilledTokens;
  long unpricedCalls;
  long retries;
  long latencyMin;
  long latencyMax;
  long latencySum;
  final long[] histogram = new long[BUCKETS];
  final Map<String, Long> outcomes = new TreeMap<>();
  @Nullable BigDecimal cost;
  @Nullable String currency;

  /** Whether the sums contain rows that no written revision contains. */
  boolean unwritten() {
    return calls > writtenCalls;
  }

  /** Records that a revision is written, with the sums as they were at this number of calls. */
  void written(long callsOfRevision) {
    revisions++;
    writtenCalls = callsOfRevision;
  }

  void add(CompletionUsage row) {
    long latency = row.getLatencyMs();
    latencyMin = calls == 0 ? latency : Math.min(latencyMin, latency);
    latencyMax = calls == 0 ? latency : Math.max(latencyMax, latency);
    latencySum += latency;
    histogram[bucket(latency)]++;
    calls++;
    outcomes.merge(row.getOutcome(), 1L, Long::sum);
    if (row.getAttempt() > 1) {
      retries++;
    }
    if (row.getBillable()) {
      promptTokens += row.getPromptTokens();
      completionTokens += row.getCompletionTokens();
      totalTokens += row.getTotalTokens();
      cachedTokens += row.getCachedTokens();
      cacheWriteTokens += orZero(row.getCacheWriteTokens());
      reasoningTokens += row.getReasoningTokens();
      addCost(row);
    } else {
      unbilledTokens += row.getTotalTokens();
    }
  }

  /** Adds a cost. The first currency is the window's. A cost that cannot be added is unpriced. */
  private void addCost(CompletionUsage row) {
    BigDecimal more = row.getCost();
    if (more == null) {
      unpricedCalls++;
      return;
    }
    String its = row.getCurrency() == null ? "" : row.getCurrency();
    BigDecimal sum = (cost == null ? BigDecimal.ZERO : cost).add(more);
    sum = sum.setScale(COST_SCALE, RoundingMode.HALF_EVEN);
    if ((currency != null && !currency.equals(its)) || sum.precision() > COST_PRECISION) {
      unpricedCalls++;
      return;
    }
    cost = sum;
    currency = its;
  }

  UsageWindow toRecord(WindowKey key, TopicPartition source) {
    UsageWindow.Builder window =
        UsageWindow.newBuilder()
            .setWindowId(key.id(source))
            .setRevision(revisions)
            .setWindowStart(Instant.ofEpochMilli(key.start()))
            .setWindowEnd(Instant.ofEpochMilli(key.end()))
            .setSourceTopic(source.topic())
            .setSourcePartition(source.partition());
    Dimensions.describe(window, key.group());
    within(window);
    return window
        .setCalls(calls)
        .setAnsweredCalls(outcomes.getOrDefault(UsageText.Outcome.ANSWERED.name(), 0L))
        .setFailedCalls(outcomes.getOrDefault(UsageText.Outcome.FAILED.name(), 0L))
        .setPromptTokens(promptTokens)
        .setCompletionTokens(completionTokens)
        .setTotalTokens(totalTokens)
        .setCachedTokens(cachedTokens)
        .setCacheWriteTokens(cacheWriteTokens)
        .setReasoningTokens(reasoningTokens)
        .setUnbilledTokens(unbilledTokens)
        .setCost(cost)
        .setCurrency(currency == null || currency.isEmpty() ? null : currency)
        .setUnpricedCalls(unpricedCalls)
        .setRetries(retries)
        .setLatencyMinMs(latencyMin)
        .setLatencyMaxMs(latencyMax)
        .setLatencySumMs(latencySum)
        .build();
  }

  /** Writes the histogram into a window: for each bound, the calls that took no longer. */
  private void within(UsageWindow.Builder window) {
    long[] within = histogram.clone();
    for (int i = 1; i < within.length; i++) {
      within[i] += within[i - 1];
    }
    window
        .setCallsWithin100Ms(within[0])
        .setCallsWithin250Ms(within[1])
        .setCallsWithin500Ms(within[2])
        .setCallsWithin1000Ms(within[3])
        .setCallsWithin2500Ms(within[4])
        .setCallsWithin5000Ms(within[5])
        .setCallsWithin10000Ms(within[6])
        .setCallsWithin30000Ms(within[7])
        .setCallsWithin60000Ms(within[8])
        .setCallsWithin120000Ms(within[9])
        .setCallsWithin300000Ms(within[10])
        .setCallsWithin600000Ms(within[11]);
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }

  private static int bucket(long latency) {
    int bucket = 0;
    while (bucket < BOUNDS.length && latency > BOUNDS[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /**
   * A window of a group. Ordered by the end of the window.
   *
   * @param start inclusive, Unix time in milliseconds
   * @param end exclusive, Unix time in milliseconds
   * @param group text form of the group, see {@link Dimensions}
   */
  record WindowKey(long start, long end, String group) implements Comparable<WindowKey> {

    private static final Comparator<WindowKey> ORDER =
        Comparator.comparingLong(WindowKey::end)
            .thenComparingLong(WindowKey::start)
            .thenComparing(WindowKey::group);

    @Override
    public int compareTo(WindowKey other) {
      return ORDER.compare(this, other);
    }

    /**
     * Returns the key in the store: end and start as 8-byte big-endian integers, so that the store
     * is ordered by the end, then the group.
     */
    Bytes stored() {
      byte[] text = group.getBytes(StandardCharsets.UTF_8);
      ByteBuffer out = ByteBuffer.allocate(2 * Long.BYTES + text.length);
      return Bytes.wrap(out.putLong(end).putLong(start).put(text).array());
    }

    static WindowKey ofStored(Bytes key) {
      ByteBuffer in = ByteBuffer.wrap(key.get());
      long end = in.getLong();
      long start = in.getLong();
      return new WindowKey(start, end, StandardCharsets.UTF_8.decode(in).toString());
    }

    /**
     * Returns the id of the window, which is also the key of the output record. It is the same for
     * every revision, for compaction. It consists of start and length, the source, which
     * distinguishes windows that are to be added up, and the group; such as {@code
     * 2026-01-31T12:00:00Z/PT1M/completion-requests/3?model=gpt-4o&provider=openai}.
     */
    String id(TopicPartition source) {
      return Instant.ofEpochMilli(start)
          + "/"
          + Duration.ofMillis(end - start)
          + "/"
          + source.topic()
          + "/"
          + source.partition()
          + "?"
          + group;
    }
  }
}
