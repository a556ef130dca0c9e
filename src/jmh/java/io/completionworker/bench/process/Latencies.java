// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import java.time.Duration;

/**
 * How long answers take: log-normal, or all the same.
 *
 * @param meanMillis arithmetic mean; 0 for at once
 * @param sigma standard deviation of the logarithm; 0 for all the same
 */
public record Latencies(long meanMillis, double sigma) {

  /** Every answer takes the same time. */
  public static Latencies fixed(long millis) {
    return new Latencies(millis, 0);
  }

  /** Of what an endpoint takes as its arguments. */
  static Latencies parse(String millis, String sigma) {
    return new Latencies(Long.parseLong(millis), Double.parseDouble(sigma));
  }

  io.completionworker.demo.endpoint.Latency shape() {
    Duration mean = Duration.ofMillis(meanMillis);
    return meanMillis == 0 || sigma == 0
        ? io.completionworker.demo.endpoint.Latency.fixed(mean)
        : io.completionworker.demo.endpoint.Latency.logNormal(mean, sigma);
  }
}
