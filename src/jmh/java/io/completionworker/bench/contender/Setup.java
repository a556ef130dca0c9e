// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a contender is told.
 *
 * @param endpoint where to post requests
 * @param inFlight most calls open at once
 * @param threads of Kafka Streams, where it is one
 * @param stateDirectory of Kafka Streams, where it is one
 */
public record Setup(
    String bootstrapServers,
    String registryUrl,
    String endpoint,
    int inFlight,
    int threads,
    String stateDirectory) {

  /** The arguments of {@link ContenderMain} for the contender of this name. */
  public List<String> arguments(String name) {
    return Stream.of(
            name,
            "bootstrap=" + bootstrapServers,
            "registry=" + registryUrl,
            "endpoint=" + endpoint,
            "in.flight=" + inFlight,
            "threads=" + threads,
            "state.dir=" + stateDirectory)
        .toList();
  }

  static Setup of(Map<String, String> settings) {
    return new Setup(
        get(settings, "bootstrap"),
        get(settings, "registry"),
        get(settings, "endpoint"),
        Integer.parseInt(get(settings, "in.flight")),
        Integer.parseInt(get(settings, "threads")),
        get(settings, "state.dir"));
  }

  private static String get(Map<String, String> settings, String name) {
    return Objects.requireNonNull(settings.get(name), name);
  }
}
