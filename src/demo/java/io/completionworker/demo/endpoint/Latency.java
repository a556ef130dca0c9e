// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long an answer takes. Called on the endpoint's event loop. */
@FunctionalInterface
public interface Latency {

  /** Milliseconds until the answer is sent; 0 for at once. */
  long nextMillis(RandomGenerator random);

  static Latency none() {
    return random -> 0;
  }

  static Latency fixed(Duration latency) {
    long millis = latency.toMillis();
    return random -> millis;
  }

  /**
   * The long-tailed shape that model endpoints show.
   *
   * @param mean arithmetic mean, not the median
   * @param sigma standard deviation of the logarithm: 0.4 is calm, 1 has a heavy tail
   */
  static Latency logNormal(Duration mean, double sigma) {
    double mu = Math.log((double) Math.max(1, mean.toMillis())) - sigma * sigma / 2;
    return random -> Math.round(Math.exp(mu + sigma * random.nextGaussian()));
  }
}
