// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import java.time.Duration;
import java.util.Map;

/**
 * A model provider to put behind a gateway, as a process: answers without the headers that a
 * gateway adds, and listens on all addresses.
 *
 * <p>Reads the environment: {@code PROVIDER_PORT} (18080), {@code PROVIDER_LATENCY_MS}, the mean
 * latency (500), and {@code PROVIDER_FAULTS}, the share of calls that go wrong (0.02).
 */
public final class SimulatedProvider {

  private static final double SIGMA = 0.5;

  private SimulatedProvider() {}

  /** Runs until it is killed; takes no arguments. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    int port = Integer.parseInt(environment.getOrDefault("PROVIDER_PORT", "18080"));
    // Vert.x's threads keep the JVM alive; the process ends by a signal.
    SimulatedEndpoint.start(behaviour(environment), Place.ofProvider(port));
    System.out.println("Listening on port " + port);
  }

  private static Behaviour behaviour(Map<String, String> environment) {
    long latency = Long.parseLong(environment.getOrDefault("PROVIDER_LATENCY_MS", "500"));
    double faults = Double.parseDouble(environment.getOrDefault("PROVIDER_FAULTS", "0.02"));
    double each = faults / 3;
    return Behaviour.builder()
        .latency(Latency.logNormal(Duration.ofMillis(latency), SIGMA))
        .errors(new ErrorMix(each, each, each, 0, 0, Duration.ofSeconds(1)))
        .answerTokens(80)
        .recording(Behaviour.Recording.NONE)
        .build();
  }
}
