// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.kill;

import io.completionworker.bench.Options;
import io.completionworker.bench.Settings;
import io.completionworker.bench.process.Latencies;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The settings of the run.
 *
 * @param offsets values of {@code async.offsets}, each of which has all kills
 * @param backlogSeconds time that the backlog would take at the ceiling
 * @param commitMillis {@code kafka.commit.interval.ms}
 */
record Plan(
    List<String> offsets,
    int kills,
    int inFlight,
    Latencies latencies,
    int backlogSeconds,
    int commitMillis,
    int promptBytes,
    int partitions) {

  static Plan ofOptions() {
    return new Plan(
        Options.words("offsets", "accepted,answered"),
        Options.number("kills", 5),
        Options.number("in.flight", 1_000),
        new Latencies(Options.number("latency.ms", 500), Options.real("sigma", 0.5)),
        Options.number("seconds", 6),
        Options.number("commit.interval.ms", 100),
        Options.number("prompt.bytes", 1_000),
        Options.number("partitions", 6));
  }

  Settings settings() {
    return new Settings(0, inFlight, latencies.meanMillis(), promptBytes, partitions);
  }

  Map<String, String> worker(String offsetsValue) {
    return Map.of(
        "async.offsets", offsetsValue, "kafka.commit.interval.ms", String.valueOf(commitMillis));
  }

  /** How long the worker must have been at full load before a kill. */
  Duration steady() {
    return Duration.ofMillis(Math.max(3_000, 4 * latencies.meanMillis()));
  }

  /** Requests without an outcome, in flight or not, that the run keeps up until the last kill. */
  int backlog() {
    return inFlight
        + (int) (1_000L * inFlight * backlogSeconds / Math.max(1, latencies.meanMillis()));
  }
}
