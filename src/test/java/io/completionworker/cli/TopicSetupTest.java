// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.cli.topics.Topics;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicSetupTest {

  private static final int BYTES = 8_388_608 + 65_536;

  /** Topics but that of controls. */
  private static final int TOPICS = 7;

  private static final WorkerSettings SETTINGS =
      WorkerConfig.load(
          Optional.empty(),
          Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker:9092", "SCHEMA_REGISTRY_URL", "mock://topics"));

  private static final WorkerSettings CLASSES =
      WorkerConfig.load(
          Optional.empty(),
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
              "SCHEMA_REGISTRY_URL", "mock://topics",
              "CLASSES", "urgent,standard,bulk"));

  private static final WorkerSettings BUDGETS =
      WorkerConfig.load(
          Optional.empty(),
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
              "SCHEMA_REGISTRY_URL", "mock://topics",
              "USAGE_PRICES_FILE", "deploy/prices.example.json",
              "BUDGETS_LIVE", "true"));

  private static final Topics.Wanted CONTROLS = compacted("completion-controls");
  private static final Topics.Wanted SPEND = compacted("completion-spend");

  private final FakeTopics topics = new FakeTopics();
  private final List<String> lines = new ArrayList<>();

  @Test
  void shouldMakeAllTopicsAlike() throws InterruptedException {
    assertThat(apply(Optional.empty(), (short) 3, false)).isEmpty();

    assertThat(topics.created)
        .first()
        .isEqualTo(wanted("completion-requests", 6, Optional.empty(), Topics.Cleanup.KEEP_EACH));
    assertThat(topics.created.subList(0, TOPICS))
        .allSatisfy(
            topic ->
                assertThat(topic)
                    .isEqualTo(wanted(topic.name(), 6, Optional.empty(), topic.cleanup())));
    assertThat(lines)
        .hasSize(TOPICS + 1)
        .contains("completion-usage-windows: created, 6 partitions, max.message.bytes 8454144");
  }

  @Test
  void shouldMakeTheTopicOfControlsCompactedAndKeepItForGood() throws InterruptedException {
    Optional<Duration> week = Optional.of(Duration.ofDays(7));

    assertThat(apply(new TopicSetup.Plan(Optional.of(12), (short) 3, week, false, false)))
        .isEmpty();

    assertThat(topics.created).last().isEqualTo(CONTROLS);
    assertThat(lines)
        .last()
        .isEqualTo("completion-controls: created, 1 partition, cleanup.policy compact");
  }

  @Test
  void shouldReportATopicOfControlsThatForgets() throws InterruptedException {
    for (String policy : List.of("delete", "compact,delete")) {
      lines.clear();
      topics.existing.put("completion-controls", controls(3, policy));

      assertThat(apply(Optional.empty(), (short) 1, false))
          .containsExactly(
              "completion-controls: cleanup.policy is "
                  + policy
                  + ", so records would be deleted that still count; set it to compact, as"
                  + " `completion-worker topics --alter` does");
      assertThat(lines)
          .last()
          .isEqualTo("completion-controls: exists, 3 partitions, cleanup.policy " + policy);
    }
  }

  @Test
  void shouldTakeATopicOfControlsAsItIs() throws InterruptedException {
    Optional<Duration> week = Optional.of(Duration.ofDays(7));
    topics.existing.put("completion-controls", controls(3, "compact"));

    assertThat(apply(new TopicSetup.Plan(Optional.of(6), (short) 1, week, false, false))).isEmpty();
    assertThat(lines)
        .last()
        .isEqualTo("completion-controls: exists, 3 partitions, cleanup.policy compact");

    topics.existing.put(
        "completion-controls", new Topics.Existing(1, 1, Optional.empty(), Optional.empty()));
    assertThat(apply(Optional.empty(), (short) -1, false)).isEmpty();
    assertThat(lines)
        .last()
        .isEqualTo("completion-controls: exists, 1 partition, cleanup.policy may not be read");
  }

  @Test
  void shouldRepairATopicOfControlsAndLeaveItsRetention() throws InterruptedException {
    Optional<Duration> week = Optional.of(Duration.ofDays(7));
    topics.existing.put("completion-controls", controls(3, "delete"));

    assertThat(apply(new TopicSetup.Plan(Optional.empty(), (short) 3, week, true, false)))
        .isEmpty();

    assertThat(topics.repaired).containsExactly(CONTROLS);
  }

  @Test
  void shouldMakeAndKeepTheTopicOfWhatBudgetsHaveSpentCompacted() throws InterruptedException {
    Optional<Duration> week = Optional.of(Duration.ofDays(7));

    assertThat(budgets(new TopicSetup.Plan(Optional.of(12), (short) 3, week, false, false)))
        .isEmpty();
    assertThat(topics.created).endsWith(CONTROLS, SPEND);

    topics.existing.put("completion-spend", controls(1, "delete"));
    assertThat(budgets(plan(false)))
        .singleElement()
        .asString()
        .startsWith("completion-spend: cleanup.policy is delete, so records would be deleted");

    topics.existing.put("completion-spend", controls(1, "delete"));
    assertThat(budgets(new TopicSetup.Plan(Optional.empty(), (short) 3, week, true, false)))
        .isEmpty();
    assertThat(topics.repaired).as("not to delete, and no retention").contains(SPEND);
  }

  @Test
  void shouldLeaveTheTopicOfWhatBudgetsHaveSpentAloneWhenThereAreNone()
      throws InterruptedException {
    topics.existing.put("completion-spend", controls(1, "compact"));

    assertThat(apply(plan(true))).isEmpty();

    assertThat(topics.repaired).isEmpty();
  }

  @Test
  void shouldMakeOutputsAsLargeAsTheRequestTopic() throws InterruptedException {
    topics.existing.put("completion-requests", existing(12, Optional.of(BYTES)));

    assertThat(apply(Optional.empty(), (short) -1, false)).isEmpty();

    assertThat(topics.created.subList(0, TOPICS - 1)).allMatch(topic -> topic.partitions() == 12);
    assertThat(lines)
        .first()
        .isEqualTo("completion-requests: exists, 12 partitions, max.message.bytes 8454144");
  }

  @Test
  void shouldMakeTheRequestTopicOfEachClassLikeTheOneThatIsThere() throws InterruptedException {
    topics.existing.put("completion-requests", existing(12, Optional.of(BYTES)));

    assertThat(new TopicSetup(CLASSES, plan(false)).apply(topics, lines::add)).isEmpty();

    assertThat(topics.created)
        .filteredOn(topic -> topic.name().startsWith("completion-requests"))
        .containsExactly(
            wanted("completion-requests-urgent", 12, Optional.empty(), Topics.Cleanup.KEEP_EACH),
            wanted("completion-requests-bulk", 12, Optional.empty(), Topics.Cleanup.KEEP_EACH));
    assertThat(lines).hasSize(TOPICS + 3);
  }

  @Test
  void shouldCompareEachChangelogWithTheRequestTopicOfItsClass() throws InterruptedException {
    topics.existing.put("completion-requests", existing(6, Optional.of(BYTES)));
    topics.existing.put("completion-requests-bulk", existing(12, Optional.of(BYTES)));
    topics.existing.put("completion-usage", existing(6, Optional.of(BYTES)));
    topics.existing.put("completion-worker-pending-changelog", existing(6, Optional.of(BYTES)));
    topics.existing.put("completion-worker-bulk-marks-changelog", existing(6, Optional.of(BYTES)));

    assertThat(new TopicSetup(CLASSES, plan(true)).apply(topics, lines::add))
        .singleElement()
        .asString()
        .startsWith(
            "completion-requests-bulk has 12 partitions and completion-worker-bulk-marks-changelog"
                + " has 6, which must be equal");
    assertThat(lines)
        .contains(
            "completion-requests: exists, 6 partitions, max.message.bytes 8454144",
            "completion-usage: exists, 6 partitions (completion-requests-bulk has 12: several of its"
                + " partitions share one here), max.message.bytes 8454144");
  }

  private static TopicSetup.Plan plan(boolean alter) {
    return new TopicSetup.Plan(Optional.empty(), (short) 3, Optional.empty(), alter, false);
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
    assertThat(lines).hasSize(TOPICS + 1).allMatch(line -> line.contains(": would be created, "));
  }

  @Test
  void shouldReportAnOutputThatCannotTakeTheLargestRecord() throws InterruptedException {
    topics.existing.put("completion-failures", existing(6, Optional.of(1_048_588)));

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
    topics.existing.put("completion-requests", existing(6, Optional.of(1_048_588)));

    assertThat(apply(Optional.empty(), (short) -1, false)).isEmpty();
  }

  @Test
  void shouldReportAnOutputWithFewerPartitions() throws InterruptedException {
    topics.existing.put("completion-requests", existing(6, Optional.of(BYTES)));
    topics.existing.put("completion-usage", existing(3, Optional.empty()));

    assertThat(apply(Optional.empty(), (short) -1, false)).isEmpty();

    assertThat(lines)
        .contains(
            "completion-usage: exists, 3 partitions (completion-requests has 6: several of its"
                + " partitions share one here), max.message.bytes may not be read");
  }

  @Test
  void shouldSayThatTheReplicationThatIsAskedForChangesNothing() throws InterruptedException {
    topics.existing.put("completion-requests", existing(6, Optional.of(BYTES)));

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

    assertThat(topics.created).hasSize(TOPICS);
    assertThat(lines).first().isEqualTo("completion-requests: could not be created");
  }

  @Test
  void shouldSayThatTheNumberOfPartitionsThatIsAskedForChangesNothing()
      throws InterruptedException {
    topics.existing.put("completion-requests", existing(6, Optional.of(BYTES)));

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
    topics.existing.put("completion-requests", existing(6, Optional.of(BYTES)));
    topics.existing.put("completion-usage", existing(1, Optional.of(1_048_588)));
    topics.existing.put("completion-worker-pending-changelog", existing(6, Optional.of(BYTES)));
    topics.refused = "completion-usage";
    Optional<Duration> week = Optional.of(Duration.ofDays(7));

    assertThat(apply(new TopicSetup.Plan(Optional.empty(), (short) 3, week, true, false)))
        .containsExactly("completion-usage could not be altered in full");

    assertThat(topics.repaired)
        .containsExactly(
            wanted("completion-requests", 1, week, Topics.Cleanup.KEEP_EACH),
            wanted("completion-usage", 6, week, Topics.Cleanup.KEEP_EACH),
            wanted("completion-worker-pending-changelog", 1, Optional.empty(), Topics.Cleanup.ANY));
    assertThat(lines).contains("  repaired");
  }

  @Test
  void shouldRaiseOutputsToTheRequestTopicOfAClassThatItMakes() throws InterruptedException {
    topics.existing.put("completion-requests", existing(3, Optional.of(BYTES)));
    topics.existing.put("completion-usage", existing(3, Optional.of(BYTES)));
    Optional<Integer> twelve = Optional.of(12);
    TopicSetup.Plan plan = new TopicSetup.Plan(twelve, (short) 3, Optional.empty(), true, false);

    assertThat(new TopicSetup(CLASSES, plan).apply(topics, lines::add)).isEmpty();

    assertThat(topics.repaired)
        .contains(wanted("completion-usage", 12, Optional.empty(), Topics.Cleanup.KEEP_EACH));
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith("completion-usage: exists, 3 partitions")
                    && line.contains("completion-requests-urgent has 12"));
  }

  @Test
  void shouldSayThatItKeepsTheRetentionOfWhatExists() throws InterruptedException {
    topics.existing.put("completion-usage", existing(6, Optional.of(BYTES)));
    Optional<Duration> week = Optional.of(Duration.ofDays(7));

    assertThat(apply(new TopicSetup.Plan(Optional.empty(), (short) 1, week, false, false)))
        .isEmpty();

    assertThat(lines)
        .contains(
            "completion-usage: exists, 6 partitions (--retention changes topics that exist with"
                + " --alter only), max.message.bytes 8454144");
    assertThat(topics.repaired).isEmpty();
  }

  private static Topics.Existing existing(int partitions, Optional<Integer> bytes) {
    return new Topics.Existing(partitions, 1, bytes, Optional.of("delete"));
  }

  private List<String> budgets(TopicSetup.Plan plan) throws InterruptedException {
    return new TopicSetup(BUDGETS, plan).apply(topics, lines::add);
  }

  private static Topics.Wanted compacted(String name) {
    return new Topics.Wanted(name, 1, (short) 3, 0, Optional.empty(), Topics.Cleanup.KEEP_LAST);
  }

  private static Topics.Existing controls(int partitions, String policy) {
    return new Topics.Existing(partitions, 1, Optional.of(1_048_588), Optional.of(policy));
  }

  private static Topics.Wanted wanted(
      String name, int partitions, Optional<Duration> retention, Topics.Cleanup cleanup) {
    return new Topics.Wanted(name, partitions, (short) 3, BYTES, retention, cleanup);
  }

  private List<String> apply(Optional<Integer> partitions, short replicas, boolean dryRun)
      throws InterruptedException {
    return apply(new TopicSetup.Plan(partitions, replicas, Optional.empty(), false, dryRun));
  }

  private List<String> apply(TopicSetup.Plan plan) throws InterruptedException {
    return new TopicSetup(SETTINGS, plan).apply(topics, lines::add);
  }
}
