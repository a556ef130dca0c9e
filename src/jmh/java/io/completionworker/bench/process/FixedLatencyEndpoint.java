package io.completionworker.bench.process;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import java.io.IOException;
import java.time.Duration;

/**
 * An endpoint that takes the same time for every answer, as a process: prints its URL, runs until
 * its input ends, and prints how many calls it had and how many were open at most.
 */
final class FixedLatencyEndpoint {

  private FixedLatencyEndpoint() {}

  /** Argument: the latency in milliseconds. */
  public static void main(String[] args) throws IOException {
    Behaviour behaviour =
        Behaviour.builder()
            .latency(Latency.fixed(Duration.ofMillis(Long.parseLong(args[0]))))
            .recording(Behaviour.Recording.NONE)
            .build();
    try (SimulatedEndpoint endpoint = SimulatedEndpoint.start(behaviour)) {
      System.out.println(endpoint.url());
      // nothing is ever sent: the end of the input is the end of whoever started this
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
      System.out.println(endpoint.total() + " " + endpoint.peakOpen());
    }
  }
}
