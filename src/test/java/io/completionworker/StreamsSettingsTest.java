// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {

  private static @Nullable Object of(Map<String, String> more, String key) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
                "SCHEMA_REGISTRY_URL", "mock://settings"));
    environment.putAll(more);
    WorkerSettings settings = WorkerConfig.load(Optional.empty(), environment);
    return new StreamsConfig(StreamsSettings.of(settings)).values().get(key);
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
}
