// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import io.completionworker.bench.Options;
import io.completionworker.bench.process.Latencies;
import java.time.Duration;

/**
 * What is to happen when. Intervals count from 1.
 *
 * @param faults share of the calls that go wrong
 * @param refusals share of the calls that get a 429, which stops all of them for a moment
 * @param disturbEvery intervals from one arrival or departure of an instance to the next; 0 for
 *     never
 * @param restartEvery intervals from one restart of the broker to the next; 0 for never
 * @param collectEvery intervals from one full collection to the next
 */
record Plan(
    int intervals,
    Duration interval,
    int rate,
    int inFlight,
    Latencies latencies,
    double faults,
    double refusals,
    int disturbEvery,
    int restartEvery,
    int collectEvery) {

  static Plan ofOptions() {
    return new Plan(
        Options.number("intervals", 30),
        Duration.ofSeconds(Options.number("interval.seconds", 60)),
        Options.number("rate", 1_000),
        Options.number("in.flight", 1_000),
        new Latencies(Options.number("latency.ms", 500), Options.real("sigma", 0.5)),
        Options.real("faults", 0.02),
        Options.real("refusals", 0.00005),
        Options.number("disturb.every", 3),
        Options.number("restart.every", 0),
        Options.number("collect.every", 1));
  }

  boolean disturbs(int interval) {
    return every(disturbEvery, interval);
  }

  boolean restartsBroker(int interval) {
    return every(restartEvery, interval);
  }

  boolean collects(int interval) {
    return every(collectEvery, interval);
  }

  private static boolean every(int step, int interval) {
    return step > 0 && interval % step == 0;
  }
}
