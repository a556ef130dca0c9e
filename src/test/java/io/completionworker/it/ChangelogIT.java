// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** The store's changelog stays small, and needs no volume. */
class ChangelogIT {

  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void shouldCreateTheChangelogWithItsSettings() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 10, 2);
      Map<String, String> settings =
          Map.of(
              "async.changelog.segment.bytes", "16777216",
              "async.changelog.delete.retention.ms", "60000");
      try (SearchedWorker worker = stand.start(settings)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 10);
        assertThat(worker.live()).isTrue();
      }
      Config changelog = changelog(stand);
      assertThat(value(changelog, "cleanup.policy")).isEqualTo("compact");
      assertThat(value(changelog, "segment.bytes")).isEqualTo("16777216");
      assertThat(value(changelog, "segment.ms")).isEqualTo("600000");
      assertThat(value(changelog, "max.compaction.lag.ms")).isEqualTo("600000");
      assertThat(value(changelog, "delete.retention.ms")).isEqualTo("60000");
      assertThat(value(changelog, "max.message.bytes")).isEqualTo("8454144");
    }
  }

  @Test
  void shouldKeepRequestsInRocksDbWhenAskedTo() {
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 50, 2);
      try (SearchedWorker worker = stand.start(Map.of("async.store", "rocksdb"))) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 50);
        assertThat(worker.live()).isTrue();
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
    }
  }

  private static Config changelog(Stand stand) throws Exception {
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, "completion-worker-pending-changelog");
    try (Admin admin = stand.broker.admin()) {
      return admin.describeConfigs(List.of(topic)).all().get().values().iterator().next();
    }
  }

  private static String value(Config config, String name) {
    return config.get(name).value();
  }
}
