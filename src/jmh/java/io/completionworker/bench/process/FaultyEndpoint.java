// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * The simulated endpoint of the demo as a process, with a share of all calls that go wrong: errors,
 * overloads, closed connections, cut answers; and some that are refused for a limit. Prints its
 * URL, runs until its input ends, and prints how many calls it had and how many were open at most.
 */
final class FaultyEndpoint {

  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private FaultyEndpoint() {}

  /** Arguments: mean latency in milliseconds, sigma, shares that go wrong and that are refused. */
  public static void main(String[] args) throws IOException {
    double each = Double.parseDouble(args[2]) / 4;
    double refused = Double.parseDouble(args[3]);
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latencies.parse(args[0], args[1]).shape())
            .errors(new ErrorMix(each, each, refused, each, each, RETRY_AFTER))
            .recording(Behaviour.Recording.NONE)
            .build();
    try (SimulatedEndpoint endpoint = SimulatedEndpoint.start(behaviour)) {
      System.out.println(endpoint.url());
      // nothing is ever sent: the end of the input is the end of whoever started this
      System.in.transferTo(OutputStream.nullOutputStream());
      System.out.println(endpoint.total() + " " + endpoint.peakOpen());
    }
  }
}
