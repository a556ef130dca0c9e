// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCheckTest {

  private final WorkerSettings settings =
      WorkerConfig.load(
          Optional.empty(),
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "SCHEMA_REGISTRY_URL", "mock://check"));
  private final List<String> warnings = new ArrayList<>();

  private Topics without(String missing) {
    return topics(missing, Map.of());
  }

  private static Topics topics(String missing, Map<String, Integer> partitions) {
    return topics(missing, partitions, "");
  }

  private static Topics topics(String missing, Map<String, Integer> partitions, String small) {
    return topics(missing, partitions, small, "compact");
  }

  private static Topics topics(
      String missing, Map<String, Integer> partitions, String small, String policy) {
    return new Topics() {
      @Override
      public Map<String, Existing> describe(Collection<String> names) {
        Map<String, Existing> existing = new HashMap<>();
        names.forEach(
            name ->
                existing.put(
                    name,
                    new Existing(
                        partitions.getOrDefault(name, 3),
                        1,
                        Optional.of(name.equals(small) ? 1_000 : 16_000_000),
                        Optional.of(policy))));
        existing.remove(missing);
        return existing;
      }

      @Override
      public Repair repair(Wanted topic, boolean dryRun) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void create(Wanted topic, boolean dryRun) {
        throw new UnsupportedOperationException();
      }
    };
  }

  /** A topic that is missing stops the thread that writes to it for a minute, again and again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "completion-requests",
        "completion-responses",
        "completion-usage",
        "completion-failures",
        "completion-chunks",
        "completion-usage-windows",
        "completion-dead-letters",
        "completion-controls"
      })
  void shouldNotStartWithoutATopicThatItReadsOrWrites(String topic) {
    assertThatThrownBy(() -> TopicCheck.verify(settings, without(topic), warnings::add))
        .isInstanceOf(TopicsException.class)
        .hasMessageStartingWith("Missing topics: " + topic);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "completion-worker-pending-changelog",
        "completion-worker-usage-windows-changelog"
      })
  void shouldNotStartWithChangelogsOfOtherPartitions(String changelog) {
    assertThatThrownBy(
            () -> TopicCheck.verify(settings, topics("", Map.of(changelog, 2)), warnings::add))
        .isInstanceOf(TopicsException.class)
        .hasMessageStartingWith(
            "completion-requests has 3 partitions and " + changelog + " has 2, which must be equal")
        .hasMessageContaining("completion-worker topics repartition");
  }

  @Test
  void shouldSayAllThatIsWrongAtOnce() {
    Map<String, Integer> partitions = Map.of(TopicCheck.changelog(settings), 2);

    assertThatThrownBy(
            () ->
                TopicCheck.verify(
                    settings,
                    topics("completion-usage", partitions, "completion-failures"),
                    warnings::add))
        .isInstanceOf(TopicsException.class)
        .hasMessageStartingWith("Missing topics: completion-usage; make them")
        .hasMessageContaining("`completion-worker topics`. completion-requests has 3 partitions")
        .hasMessageContaining(
            "Topics too small for records of async.max.record.bytes: completion-failures;");
  }

  @Test
  void shouldNotStartWithoutTheTopicOfAnyClass() {
    assertThatThrownBy(
            () -> TopicCheck.verify(classes(), without("completion-requests-bulk"), warnings::add))
        .isInstanceOf(TopicsException.class)
        .hasMessageStartingWith("Missing topics: completion-requests-bulk; make them");
  }

  @Test
  void shouldCompareTheChangelogsOfAClassWithTheTopicOfThatClass() throws InterruptedException {
    Map<String, Integer> alike =
        Map.of(
            "completion-requests-bulk", 5,
            "completion-worker-bulk-pending-changelog", 5,
            "completion-worker-bulk-marks-changelog", 5,
            "completion-worker-bulk-usage-windows-changelog", 5);

    assertThat(TopicCheck.verify(classes(), topics("", alike), warnings::add))
        .containsKeys("completion-requests", "completion-requests-bulk");
    assertThatThrownBy(
            () ->
                TopicCheck.verify(
                    classes(), topics("", Map.of("completion-requests-bulk", 5)), warnings::add))
        .hasMessageStartingWith(
            "completion-requests-bulk has 5 partitions and completion-worker-bulk-pending-changelog"
                + " has 3, which must be equal");
  }

  private static WorkerSettings classes() {
    return WorkerConfig.load(
        Optional.empty(),
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
            "SCHEMA_REGISTRY_URL", "mock://check",
            "CLASSES", "standard,bulk"));
  }

  @Test
  void shouldStartWithoutTheChangelogThatKafkaStreamsMakes() {
    assertThatCode(
            () ->
                TopicCheck.verify(settings, without(TopicCheck.changelog(settings)), warnings::add))
        .doesNotThrowAnyException();
    assertThat(warnings).isEmpty();
  }

  @Test
  void shouldStartWithATopicOfControlsThatForgetsAndWarn() throws InterruptedException {
    TopicCheck.verify(settings, topics("", Map.of(), "", "delete"), warnings::add);

    assertThat(warnings)
        .containsExactly(
            "Topic completion-controls: cleanup.policy is delete, so records would be deleted that"
                + " still count; set it to compact, as `completion-worker topics --alter` does");
  }
}
