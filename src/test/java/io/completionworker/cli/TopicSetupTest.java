// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.cli.topics.Topics;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicSetupTest {

  private static final int BYTES = 8_388_608 + 65_536;
  private static final int TOPICS = 7;

  private static final WorkerSettings SETTINGS =
      WorkerConfig.load(
          Optional.empty(),
          Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092", "SCHEMA_REGISTRY_URL", "mock://topics"));

  private final FakeTopics topics = new FakeTopics();
  private final List<String> lines = new ArrayList<>();

  @Test
  void shouldMakeAllTopicsAlike() throws InterruptedException {
    assertThat(apply(Optional.empty(), (short) 3, false)).isEmpty();

    assertThat(topics.created)
        .hasSize(TOPICS)
        .first()
        .isEqualTo(new Topics.Wanted("completion-requests", 6, (short) 3, BYTES, Optional.empty()));
    assertThat(topics.created)
        .allSatisfy(
            topic ->
                assertThat(topic)
                    .isEqualTo(
                        new Topics.Wanted(topic.name(), 6, (short) 3, BYTES, Optional.empty())));
    assertThat(lines)
        .hasSize(TOPICS)
        .contains("completion-usage-windows: created, 6 partitions, max.message.bytes 8454144");
  }

  @Test
  void shouldMakeOutputsAsLargeAsTheRequestTopic() throws InterruptedException {
    topics.existing.put("completion-requests", new Topics.Existing(12, 1, Optional.of(BYTES)));

    assertThat(apply(Optional.empty(), (short) -1, false)).isEmpty();

    assertThat(topics.created).hasSize(TOPICS - 1).allMatch(topic -> topic.partitions() == 12);
    assertThat(lines)
        .first()
        .isEqualTo("completion-requests: exists, 12 partitions, max.message.bytes 8454144");
  }

  @Test
  void shouldTakeTheNumberOfPartitionsThatIsAskedFor() throws InterruptedException {
    assertThat(apply(Optional.of(1), (short) -1, false)).isEmpty();

    assertThat(topics.created).allMatch(topic -> topic.partitions() == 1);
    assertThat(lines).first().asString().contains(" 1 partition,");
  }

  @Test
  void shouldOnlySayWhatItWouldMake() throws InterruptedException {
    assertThat(apply(Optional.empty(), (short) -1, true)).isEmpty();

    assertThat(topics.created).isEmpty();
    assertThat(lines).hasSize(TOPICS).allMatch(line -> line.contains(": would be created, "));
  }

  @Test
  void shouldReportAnOutputThatCannotTakeTheLargestRecord() throws InterruptedException {
    topics.existing.put("completion-failures", new Topics.Existing(6, 1, Optional.of(1_048_588)));

    assertThat(apply(Optional.empty(), (short) -1, false))
        .containsExactly(
            "completion-failures needs max.message.bytes=8454144 and has 1048588;"
                + " `topics --alter` raises it");

    assertThat(lines)
        .contains(
            "completion-failures: exists, 6 partitions, max.message.bytes 1048588 is too small,"
                + " needed are 8454144");
  }

  @Test
  void shouldLetTheRequestTopicBeNarrower() throws InterruptedException {
    topics.existing.put("completion-requests", new Topics.Existing(6, 1, Optional.of(1_048_588)));

    assertThat(apply(Optional.empty(), (short) -1, false)).isEmpty();
  }

  @Test
  void shouldReportAnOutputWithFewerPartitions() throws InterruptedException {
    topics.existing.put("completion-requests", new Topics.Existing(6, 1, Optional.of(BYTES)));
    topics.existing.put("completion-usage", new Topics.Existing(3, 1, Optional.empty()));

    assertThat(apply(Optional.empty(), (short) -1, false)).isEmpty();

    assertThat(lines)
        .contains(
            "completion-usage: exists, 3 partitions (completion-requests has 6: several of its"
                + " partitions share one here), max.message.bytes may not be read");
  }

  @Test
  void shouldSayThatTheReplicationThatIsAskedForChangesNothing() throws InterruptedException {
    topics.existing.put("completion-requests", new Topics.Existing(6, 1, Optional.of(BYTES)));

    assertThat(apply(Optional.empty(), (short) 3, false)).isEmpty();

    assertThat(lines)
        .first()
        .asString()
        .contains("6 partitions (replication factor 1, not 3: changed with --alter only)");
  }

  @Test
  void shouldGoOnAfterATopicThatCannotBeMade() throws InterruptedException {
    topics.refused = "completion-requests";

    assertThat(apply(Optional.empty(), (short) -1, false))
        .containsExactly("completion-requests could not be created: no");

    assertThat(topics.created).hasSize(TOPICS - 1);
    assertThat(lines).first().isEqualTo("completion-requests: could not be created");
  }

  @Test
  void shouldSayThatTheNumberOfPartitionsThatIsAskedForChangesNothing()
      throws InterruptedException {
    topics.existing.put("completion-requests", new Topics.Existing(6, 1, Optional.of(BYTES)));

    assertThat(apply(Optional.of(12), (short) -1, false)).isEmpty();

    assertThat(lines)
        .first()
        .isEqualTo(
            "completion-requests: exists, 6 partitions (not 12, nothing was added: stop all"
                + " instances and run `topics repartition --partitions 12`), max.message.bytes"
                + " 8454144");
    lines.clear();
    apply(Optional.of(3), (short) -1, false);
    assertThat(lines).first().asString().contains("(not 3: Kafka takes no partitions away)");
  }

  @Test
  void shouldRepairWhatExistsWhenItIsToldTo() throws InterruptedException {
    topics.existing.put("completion-requests", new Topics.Existing(6, 1, Optional.of(BYTES)));
    topics.existing.put("completion-usage", new Topics.Existing(1, 1, Optional.of(1_048_588)));
    topics.existing.put(
        "completion-worker-pending-changelog", new Topics.Existing(6, 1, Optional.of(BYTES)));
    topics.refused = "completion-usage";
    Optional<Duration> week = Optional.of(Duration.ofDays(7));

    assertThat(apply(new TopicSetup.Plan(Optional.empty(), (short) 3, week, true, false)))
        .containsExactly("completion-usage could not be altered in full");

    assertThat(topics.repaired)
        .containsExactly(
            new Topics.Wanted("completion-requests", 1, (short) 3, BYTES, week),
            new Topics.Wanted("completion-usage", 6, (short) 3, BYTES, week),
            new Topics.Wanted(
                "completion-worker-pending-changelog", 1, (short) 3, BYTES, Optional.empty()));
    assertThat(lines).contains("  repaired");
  }

  @Test
  void shouldSayThatItKeepsTheRetentionOfWhatExists() throws InterruptedException {
    topics.existing.put("completion-usage", new Topics.Existing(6, 1, Optional.of(BYTES)));
    Optional<Duration> week = Optional.of(Duration.ofDays(7));

    assertThat(apply(new TopicSetup.Plan(Optional.empty(), (short) 1, week, false, false)))
        .isEmpty();

    assertThat(lines)
        .contains(
            "completion-usage: exists, 6 partitions (--retention changes topics that exist with"
                + " --alter only), max.message.bytes 8454144");
    assertThat(topics.repaired).isEmpty();
  }

  private List<String> apply(Optional<Integer> partitions, short replicas, boolean dryRun)
      throws InterruptedException {
    return apply(new TopicSetup.Plan(partitions, replicas, Optional.empty(), false, dryRun));
  }

  private List<String> apply(TopicSetup.Plan plan) throws InterruptedException {
    return new TopicSetup(SETTINGS, plan).apply(topics, lines::add);
  }

  private static final class FakeTopics implements Topics {

    final Map<String, Existing> existing = new HashMap<>();
    final List<Wanted> created = new ArrayList<>();
    final List<Wanted> repaired = new ArrayList<>();
    String refused = "";

    @Override
    public Map<String, Existing> describe(Collection<String> names) {
      Map<String, Existing> found = new HashMap<>(existing);
      found.keySet().retainAll(names);
      return found;
    }

    @Override
    public Repair repair(Wanted topic, boolean keepsAll, boolean dryRun) {
      repaired.add(topic);
      return new Repair(List.of("  repaired"), !topic.name().equals(refused));
    }

    @Override
    public void create(Wanted topic, boolean dryRun) {
      if (topic.name().equals(refused)) {
        throw new TopicsException("no");
      }
      if (!dryRun) {
        created.add(topic);
      }
    }
  }
}
