// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleFileTest {

  private static final Path EXAMPLE = Path.of("deploy", "completion-worker.properties");

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "KAFKA_USER_PASSWORD", "a",
          "REGISTRY_USER_INFO", "user:b",
          "PORTKEY_API_KEY", "c",
          "PORTKEY_VIRTUAL_KEY", "d",
          "PROVIDER_API_KEY", "e",
          "TRUST_STORE_PASSWORD", "f",
          "KEY_STORE_PASSWORD", "g",
          "PROXY_PASSWORD", "h");

  @TempDir Path directory;

  @Test
  void shouldRunAsItStands() {
    assertThat(ConfigFixture.faults(Optional.of(EXAMPLE), Map.of())).isEmpty();
  }

  @Test
  void shouldRunWithEveryLineInUse() throws IOException {
    Path all =
        ConfigFixture.write(
            directory.resolve("all.properties"),
            Files.readString(EXAMPLE).replaceAll("(?m)^#(?=[a-z])", ""));

    assertThat(ConfigFixture.faults(Optional.of(all), ENVIRONMENT)).isEmpty();
  }

  @Test
  void shouldShowDefaultsInCommentedLines() throws IOException {
    for (String line : Files.readAllLines(EXAMPLE)) {
      if (line.matches("#[a-z].*")) {
        String key = line.substring(1, line.indexOf('='));
        ConfigDef.ConfigKey defined = WorkerConfig.definition().configKeys().get(key);
        String text = defined == null ? null : defaultOf(defined);
        if (text != null && !text.isEmpty()) {
          assertThat(line).isEqualTo("#" + key + "=" + text);
        }
      }
    }
  }

  private static String defaultOf(ConfigDef.ConfigKey key) {
    return ConfigDef.convertToString(key.defaultValue, key.type);
  }
}
