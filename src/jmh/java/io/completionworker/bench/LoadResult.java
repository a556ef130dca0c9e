package io.completionworker.bench;

import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.serde.AvroSerdes;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * What a load run has shown.
 *
 * @param rate committed outcomes per second, between {@link #FROM} and {@link #TO} of all
 * @param latencyMillis mean time of a call as the worker has seen it, by the usage rows
 * @param delays from the answer to its committed read, in milliseconds, ascending
 * @param failed outcomes that are no responses
 */
record LoadResult(double rate, double latencyMillis, List<Long> delays, long failed) {

  /** Share of the outcomes before which the worker is still starting. */
  static final double FROM = 0.2;

  /** Share of the outcomes after which the worker is running dry. */
  static final double TO = 0.8;

  static LoadResult of(Arrivals arrivals, AvroSerdes serdes) {
    List<Arrivals.Arrival> outcomes = arrivals.outcomes();
    return new LoadResult(
        rate(outcomes.stream().mapToLong(Arrivals.Arrival::at).toArray()),
        meanLatency(arrivals.usage(), serdes),
        delays(outcomes, serdes),
        outcomes.stream().filter(outcome -> !outcome.response()).count());
  }

  /** The delay that a share of the outcomes does not exceed. */
  long delay(double share) {
    return delays.isEmpty() ? 0 : delays.get((int) Math.ceil(share * delays.size()) - 1);
  }

  private static double rate(long[] times) {
    int from = (int) (FROM * times.length);
    int to = (int) (TO * times.length);
    return times.length < 10 ? 0 : 1_000.0 * (to - from) / Math.max(1, times[to] - times[from]);
  }

  private static double meanLatency(List<byte[]> rows, AvroSerdes serdes) {
    try (Deserializer<CompletionUsage> usage =
        serdes.forValues(CompletionUsage.class).deserializer()) {
      return rows.stream()
          .mapToLong(row -> usage.deserialize(Rig.USAGE, row).getLatencyMs())
          .average()
          .orElse(0);
    }
  }

  private static List<Long> delays(List<Arrivals.Arrival> outcomes, AvroSerdes serdes) {
    try (Deserializer<CompletionResponse> responses =
        serdes.forValues(CompletionResponse.class).deserializer()) {
      return outcomes.stream()
          .filter(Arrivals.Arrival::response)
          .mapToLong(
              outcome ->
                  outcome.at()
                      - responses
                          .deserialize(Rig.RESPONSES, outcome.record().value())
                          .getCall()
                          .getCompletedAt())
          .sorted()
          .boxed()
          .toList();
    }
  }
}
