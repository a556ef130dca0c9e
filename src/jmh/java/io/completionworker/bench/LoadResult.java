// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.serde.AvroSerdes;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * What a load run has shown.
 *
 * <p>All but the failures between {@link #FROM} and {@link #TO} of the outcomes.
 *
 * @param rate committed outcomes per second
 * @param latencyMillis mean time of a call as the worker has seen it, by the usage rows
 * @param delays from the answer to its committed read
 * @param failed outcomes that are no responses, of all
 */
public record LoadResult(double rate, double latencyMillis, Percentiles delays, long failed) {

  /** Share of the outcomes before which the worker is still starting. */
  static final double FROM = 0.2;

  /** Share of the outcomes after which the worker is running dry. */
  static final double TO = 0.8;

  /** Of all that came. */
  public static LoadResult of(Arrivals arrivals, AvroSerdes serdes) {
    List<Arrivals.Arrival> outcomes = arrivals.outcomes();
    int from = (int) (FROM * outcomes.size());
    int to = (int) (TO * outcomes.size());
    long start = outcomes.isEmpty() ? 0 : outcomes.get(from).at();
    long end = outcomes.isEmpty() ? 0 : outcomes.get(to).at();
    return new LoadResult(
        1_000.0 * (to - from) / Math.max(1, end - start),
        meanLatency(arrivals.usage(), serdes, start, end),
        delays(outcomes.subList(from, to), serdes),
        outcomes.stream().filter(outcome -> !outcome.response()).count());
  }

  private static double meanLatency(List<byte[]> rows, AvroSerdes serdes, long start, long end) {
    try (Deserializer<CompletionUsage> usage =
        serdes.forValues(CompletionUsage.class).deserializer()) {
      return rows.stream()
          .map(row -> usage.deserialize(Rig.USAGE, row))
          .filter(row -> during(row.getCompletedAt().toEpochMilli(), start, end))
          .mapToLong(CompletionUsage::getLatencyMs)
          .average()
          .orElse(0);
    }
  }

  private static boolean during(long millis, long start, long end) {
    return millis >= start && millis < end;
  }

  private static Percentiles delays(List<Arrivals.Arrival> outcomes, AvroSerdes serdes) {
    try (Deserializer<CompletionResponse> responses =
        serdes.forValues(CompletionResponse.class).deserializer()) {
      return Percentiles.of(
          outcomes.stream()
              .filter(Arrivals.Arrival::response)
              .mapToLong(
                  outcome ->
                      outcome.at()
                          - responses
                              .deserialize(Rig.RESPONSES, outcome.record().value())
                              .getCallDetails()
                              .getCompletedAt()
                              .toEpochMilli()));
    }
  }
}
