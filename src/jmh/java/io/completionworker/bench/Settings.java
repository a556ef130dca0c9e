// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

/**
 * What the user may vary, as system properties with the prefix {@code bench.}.
 *
 * @param records requests to publish
 * @param inFlight most calls open at once
 * @param latencyMillis of every answer
 * @param promptBytes length of every prompt
 * @param partitions of every topic
 */
public record Settings(
    int records, int inFlight, long latencyMillis, int promptBytes, int partitions) {

  /** Requests for the rate: as many as it takes the JVM to be warm, 1 KB prompts, 500 ms each. */
  static Settings ofLoad() {
    return new Settings(
        Options.number("records", 120_000),
        Options.number("in.flight", 1_000),
        Options.number("latency.ms", 500),
        Options.number("prompt.bytes", 1_000),
        Options.number("partitions", 6));
  }

  /** Requests for the changelog: many, small and answered at once. */
  static Settings ofRestore() {
    return new Settings(
        Options.number("records", 1_000_000),
        Options.number("in.flight", 1_000),
        Options.number("latency.ms", 0),
        Options.number("prompt.bytes", 200),
        Options.number("partitions", 6));
  }

  /** Requests that wait for permits, not for calls in flight, with the latency of a real model. */
  public static Settings ofLimits() {
    return new Settings(
        Options.number("records", 6_000),
        Options.number("in.flight", 200),
        Options.number("latency.ms", 800),
        Options.number("prompt.bytes", 400),
        Options.number("partitions", 6));
  }
}
