// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.cli.check.BrokerCheck.TopicFindings;
import io.completionworker.cli.check.Checks.Finding;
import io.completionworker.cli.topics.Topics;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicFindingsTest {

  private static final int BYTES = 8_454_144;
  private static final String CHANGELOG = "completion-worker-pending-changelog";

  private final WorkerSettings settings =
      WorkerConfig.load(
          Optional.empty(),
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "SCHEMA_REGISTRY_URL", "mock://check"));
  private final Map<String, Topics.Existing> existing = new HashMap<>();

  @BeforeEach
  void makeAllTopics() {
    TopicFindings.names(settings).forEach(name -> has(name, 6, BYTES));
  }

  @Test
  void shouldFindNothingWrongWithTopicsThatFit() {
    existing.remove(CHANGELOG);

    assertThat(TopicFindings.of(settings, existing))
        .hasSize(11)
        .allMatch(finding -> finding.level() == Finding.Level.OK);
  }

  @Test
  void shouldLookAtTheTopicAndTheChangelogsOfEachClass() {
    WorkerSettings classes =
        WorkerConfig.load(
            Optional.empty(),
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
                "SCHEMA_REGISTRY_URL", "mock://check",
                "CLASSES", "standard,bulk"));
    TopicFindings.names(classes).forEach(name -> has(name, 6, BYTES));
    has("completion-requests-bulk", 12, BYTES);
    existing.remove("completion-worker-bulk-pending-changelog");

    assertThat(TopicFindings.of(classes, existing))
        .hasSize(15)
        .extracting(Finding::line)
        .contains(
            "ok   topic completion-requests: 6 partitions",
            "ok   topic completion-requests-bulk: 12 partitions",
            "ok   changelog completion-worker-bulk-pending-changelog: is not there yet; Kafka"
                + " Streams makes it at the first start")
        .anyMatch(
            line ->
                line.startsWith(
                    "warn topic completion-usage: 6 partitions, fewer than the 12 of"
                        + " completion-requests-bulk"))
        .anyMatch(
            line ->
                line.startsWith(
                    "FAIL changelog completion-worker-bulk-marks-changelog:"
                        + " completion-requests-bulk has 12 partitions"));
  }

  @Test
  void shouldNameWhatIsMissing() {
    existing.remove("completion-usage");

    assertThat(line("completion-usage"))
        .isEqualTo(
            "FAIL topic completion-usage: is missing; make it with `completion-worker topics`");
  }

  @Test
  void shouldFailTopicsThatAreTooSmallForTheLargestRecord() {
    has("completion-failures", 6, 1_000);
    has(CHANGELOG, 6, 1_000);

    assertThat(line("completion-failures")).startsWith("FAIL").contains("set it to " + BYTES);
    assertThat(line(CHANGELOG)).startsWith("FAIL").contains("set it to " + BYTES);
  }

  @Test
  void shouldFailAChangelogWithOtherPartitionsThanTheRequests() {
    has(CHANGELOG, 4, BYTES);

    assertThat(line(CHANGELOG))
        .startsWith("FAIL changelog " + CHANGELOG + ": completion-requests has 6 partitions")
        .contains("has 4, which must be equal")
        .contains("completion-worker topics repartition");
  }

  @Test
  void shouldWarnOfOutputsWithFewerPartitions() {
    has("completion-responses", 1, BYTES);

    assertThat(line("completion-responses"))
        .startsWith("warn topic completion-responses: 1 partition, fewer than the 6");
  }

  /** So brokers make a topic that was deleted. */
  @Test
  void shouldNameBothWhereATopicHasFewerPartitionsAndIsTooSmall() {
    has("completion-responses", 1, 1_000);

    assertThat(line("completion-responses"))
        .startsWith("FAIL topic completion-responses: 1 partition, fewer than the 6")
        .contains("; and max.message.bytes is 1000; set it to " + BYTES);
  }

  @Test
  void shouldWarnWhenTheSizeMayNotBeRead() {
    existing.put(
        "completion-usage", new Topics.Existing(6, 1, Optional.empty(), Optional.of("delete")));

    assertThat(line("completion-usage")).startsWith("warn").contains("may not be read");
  }

  @Test
  void shouldAskNothingOfTheTopicOfControlsButThatItKeepsThem() {
    has("completion-controls", 1, 1_000);
    assertThat(line("completion-controls"))
        .isEqualTo("ok   topic completion-controls: 1 partition, cleanup.policy compact");

    existing.put(
        "completion-controls",
        new Topics.Existing(1, 1, Optional.of(BYTES), Optional.of("delete")));
    assertThat(line("completion-controls"))
        .startsWith("warn topic completion-controls: cleanup.policy is delete, so records would")
        .endsWith("`completion-worker topics --alter` does");

    existing.put(
        "completion-controls", new Topics.Existing(1, 1, Optional.empty(), Optional.empty()));
    assertThat(line("completion-controls")).contains("may not be read, it must be compact");
  }

  private void has(String name, int partitions, int bytes) {
    existing.put(
        name, new Topics.Existing(partitions, 1, Optional.of(bytes), Optional.of("compact")));
  }

  private String line(String topic) {
    return TopicFindings.of(settings, existing).stream()
        .filter(finding -> finding.about().endsWith(" " + topic))
        .map(Finding::line)
        .findFirst()
        .orElseThrow();
  }
}
