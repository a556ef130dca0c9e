// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.docs.Page;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {

  private static @Nullable Object of(Map<String, String> more, String key) {
    return new StreamsConfig(StreamsSettings.of(settings(more))).values().get(key);
  }

  private static WorkerSettings settings(Map<String, String> more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
                "SCHEMA_REGISTRY_URL", "mock://settings"));
    environment.putAll(more);
    return WorkerConfig.load(Optional.empty(), environment);
  }

  @Test
  void shouldForgetAStateThatIsOlderThanTheTombstonesOfItsChangelog() {
    String key = StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG;

    assertThat(of(Map.of(), key)).isEqualTo(1_800_000L);
    assertThat(of(Map.of("ASYNC_CHANGELOG_DELETE_RETENTION_MS", "60000"), key)).isEqualTo(60_000L);
  }

  @Test
  void shouldCommitEveryHundredMillisecondsUnlessToldOtherwise() {
    String key = StreamsConfig.COMMIT_INTERVAL_MS_CONFIG;

    assertThat(of(Map.of(), key)).isEqualTo(100L);
    assertThat(of(Map.of("KAFKA_COMMIT_INTERVAL_MS", "60"), key)).isEqualTo(60L);
  }

  @Test
  void shouldHaveTheDefaultsThatThePageShows() {
    Map<String, Object> streams = StreamsSettings.of(settings(Map.of()));
    String shown =
        Page.of("src/docs/configuration.md").section("Settings of Kafka with other defaults");
    Map<String, String> rows =
        Pattern.compile("(?m)^\\| `kafka\\.([a-z.]+)` \\| `(\\d+)` \\|")
            .matcher(shown)
            .results()
            .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

    assertThat(rows)
        .hasSize(6)
        .allSatisfy((key, value) -> assertThat(streams.get(key)).as(key).hasToString(value));
  }
}
