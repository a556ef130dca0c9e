// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;

/** Configurations for tests: the two required keys, and what a test adds or takes. */
final class ConfigFixture {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "kafka.bootstrap.servers", "broker:9092",
          "schema.registry.url", "http://registry:8081");

  private ConfigFixture() {}

  /** Settings of the required keys and these pairs of key and value, from a file. */
  static WorkerSettings settings(Path directory, String... pairs) {
    return WorkerConfig.load(file(directory, pairs), Map.of());
  }

  /** All faults of the required keys and these pairs. */
  static List<String> faults(Path directory, String... pairs) {
    return faults(file(directory, pairs), Map.of());
  }

  static List<String> faults(Optional<Path> file, Map<String, String> environment) {
    ConfigFaultsException thrown =
        Assertions.catchThrowableOfType(
            ConfigFaultsException.class, () -> WorkerConfig.load(file, environment));
    return thrown == null ? List.of() : thrown.faults();
  }

  static Optional<Path> file(Path directory, String... pairs) {
    Map<String, String> lines = new TreeMap<>(REQUIRED);
    for (int i = 0; i < pairs.length; i += 2) {
      lines.put(pairs[i], pairs[i + 1]);
    }
    String text =
        lines.entrySet().stream()
            .map(line -> line.getKey() + "=" + line.getValue())
            .collect(Collectors.joining("\n"));
    return Optional.of(write(directory.resolve("worker.properties"), text));
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
