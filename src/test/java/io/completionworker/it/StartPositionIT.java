// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static io.completionworker.it.StartMessages.AT_WORK;
import static io.completionworker.it.StartMessages.BEGINS;
import static io.completionworker.it.StartMessages.CHECKED;
import static io.completionworker.it.StartMessages.DELETED;
import static io.completionworker.it.StartMessages.GROWN;
import static io.completionworker.it.StartMessages.NO_EFFECT;
import static io.completionworker.it.StartMessages.PARTIAL;
import static io.completionworker.it.StartMessages.SHRINK;
import static io.completionworker.it.StartMessages.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No start, and no partition that is added, calls a request that was called before. */
class StartPositionIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String REQUESTS = "completion-requests";

  @Test
  void shouldHaveEveryMessageOnThePage() {
    MessagePage.verify("Start position and partitions", "StartPositionIT", StartMessages.ALL);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldCallNothingTwiceUnderAnotherApplicationId(String protocol) throws Exception {
    Map<String, String> undecided =
        Map.of("start.from", WorkerProcess.UNDECIDED, "kafka.group.protocol", protocol);
    try (Stand stand = new Stand(Behaviour.instant(), 3);
        Outcomes outcomes = new Outcomes(stand)) {
      try (WorkerProcess first = new WorkerProcess(stand, undecided)) {
        await().atMost(LONG).until(() -> offsets(stand, "completion-worker").size() == 3);
        await().atMost(LONG).until(() -> first.output().contains("Ready "));
        assertThat(first.stop()).as(first::output).isZero();
      }
      stand.publish(0, 20, 10); // while no worker runs, and yet these are not old
      try (WorkerProcess again = new WorkerProcess(stand, undecided)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 20);
        assertThat(again.stop()).as(again::output).isZero();
      }

      Map<String, String> another = new HashMap<>(undecided);
      another.put("kafka.application.id", "another-id");
      try (WorkerProcess refused = new WorkerProcess(stand, another)) {
        await().atMost(LONG).until(() -> !refused.alive());
        assertThat(refused.exitCode()).isEqualTo(UNDECIDED.exitCode());
        assertThat(last(refused.output())).matches(UNDECIDED.pattern());
      }
      another.remove("start.from");
      RunningCommand check = cli(stand, another, "check");
      assertThat(check.await()).isEqualTo(1);
      assertThat(last(check.err())).matches(CHECKED.pattern());
      assertThat(check.out()).contains("FAIL start: Group another-id");

      another.put("start.from", "latest");
      try (WorkerProcess latest = new WorkerProcess(stand, another)) {
        await().atMost(LONG).until(() -> latest.output().contains("Ready "));
        assertThat(latest.output()).containsPattern(BEGINS.pattern());
        stand.publish(20, 25, 5);
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 25);
        assertThat(latest.stop()).as(latest::output).isZero();
      }
      another.put("start.from", "earliest");
      try (WorkerProcess known = new WorkerProcess(stand, another)) {
        await().atMost(LONG).until(() -> known.output().contains("Ready "));
        assertThat(known.output()).containsPattern(NO_EFFECT.pattern());
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
      assertThat(stand.endpoint.byStatus().get(200)).as("without the probe of check").isEqualTo(25);
    }
  }

  @Test
  @Tag("long")
  void shouldCallNothingTwiceOfAPartitionWithoutAnOffset() throws Exception {
    Map<String, String> undecided = Map.of("start.from", WorkerProcess.UNDECIDED);
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Admin admin = stand.broker.admin();
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 10, 10);
      try (WorkerProcess first = new WorkerProcess(stand, Map.of("start.from", "earliest"))) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 10);
        assertThat(first.stop()).as(first::output).isZero();
      }
      Set<TopicPartition> lost =
          offsets(stand, "completion-worker").entrySet().stream()
              .filter(committed -> committed.getValue().offset() > 0)
              .map(Map.Entry::getKey)
              .limit(1)
              .collect(Collectors.toSet());
      admin.deleteConsumerGroupOffsets("completion-worker", lost).all().get();

      try (WorkerProcess refused = new WorkerProcess(stand, undecided)) {
        await().atMost(LONG).until(() -> !refused.alive());
        assertThat(refused.exitCode()).isEqualTo(PARTIAL.exitCode());
        assertThat(last(refused.output())).matches(PARTIAL.pattern());
      }
      stand.publish(10, 20, 10);
      long before = stand.endpoint.total();
      try (WorkerProcess latest = new WorkerProcess(stand, Map.of("start.from", "latest"))) {
        await().atMost(LONG).until(() -> latest.output().contains("Ready "));
        assertThat(latest.output()).contains("begins at latest of completion-requests partition ");
        await().atMost(LONG).until(() -> offsets(stand, "completion-worker").size() == 2);
        await().atMost(LONG).until(() -> outcomes.poll().distinct() > 10);
        assertThat(latest.stop()).as(latest::output).isZero();
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
      assertThat(stand.endpoint.total()).isBetween(before + 1, before + 10);
    }
  }

  @Test
  @Tag("long")
  void shouldBeginAtATime() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 4, 4);
      try (WorkerProcess later = new WorkerProcess(stand, Map.of("start.from", "2999-01-01"))) {
        await().atMost(LONG).until(() -> later.output().contains("Ready "));
        assertThat(later.output())
            .contains("begins at 2999-01-01 of completion-requests: up to 0 records are called");
      }
      Map<String, String> earlier =
          Map.of("start.from", "2020-01-31T08:00:00Z", "kafka.application.id", "earlier");
      try (WorkerProcess worker = new WorkerProcess(stand, earlier)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 4);
        assertThat(worker.output()).contains("up to 4 records are called");
      }
    }
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldKeepWhatIsPendingWhenPartitionsAreAdded(String protocol) throws Exception {
    AtomicLong millis = new AtomicLong(2_000); // far from done when the partitions are added
    Behaviour slow = Behaviour.builder().latency(random -> millis.get()).build();
    Map<String, String> settings =
        Map.of(
            "async.max.in.flight", "4",
            "async.ordering", "key",
            "kafka.group.protocol", protocol);
    try (Stand stand = new Stand(slow, 2);
        Admin admin = stand.broker.admin();
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 400, 20);
      try (WorkerProcess first = new WorkerProcess(stand, settings)) {
        await().atMost(LONG).until(() -> stand.endpoint.total() > 4);
        refused(stand, settings, AT_WORK, "topics", "repartition", "--partitions", "5");

        grow(admin, REQUESTS, 5);
        await().atMost(LONG).until(() -> !first.alive());
        assertThat(first.exitCode()).as(first::output).isEqualTo(GROWN.exitCode());
        assertThat(last(first.output())).containsPattern(GROWN.pattern());
      }
      long called = stand.endpoint.total();
      assertThat(called).as("some were pending").isLessThan(400);

      try (WorkerProcess second = new WorkerProcess(stand, settings)) {
        await().atMost(LONG).until(() -> !second.alive());
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(last(second.output())).matches(GROWN.pattern());
      }
      refused(stand, settings, SHRINK, "topics", "repartition", "--partitions", "1");
      grow(admin, "completion-worker-pending-changelog", 5); // as after a failure half-way
      RunningCommand repartition = repartition(stand, settings);
      assertThat(repartition.out())
          .contains("completion-requests: has 5 partitions")
          .contains("completion-worker-pending-changelog: has 5 partitions")
          .contains("completion-worker-usage-windows-changelog: 2 partitions became 5")
          .contains("completion-responses: 2 partitions became 5")
          .contains("group completion-worker: goes on at its committed offsets")
          .contains("async.ordering=key: new requests of a key may go to another partition");

      millis.set(0);
      stand.publish(400, 420, 20);
      try (WorkerProcess third =
          new WorkerProcess(stand, with(settings, "start.from", WorkerProcess.UNDECIDED))) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 420);
        assertThat(third.alive()).isTrue();
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
      // the streams protocol ends the thread at once, and the calls that were open are made again
      assertThat(stand.endpoint.total()).isBetween(420L, "classic".equals(protocol) ? 420L : 424L);
      assertThat(offsets(stand, "completion-worker")).hasSize(5);
    }
  }

  /**
   * Adds partitions once the group is empty: with the streams protocol the thread ends before it
   * has left, and its member is there until its session times out.
   */
  private static RunningCommand repartition(Stand stand, Map<String, String> settings)
      throws Exception {
    Instant last = Instant.now().plus(LONG);
    while (true) {
      RunningCommand repartition = cli(stand, settings, "topics", "repartition");
      int exitCode = repartition.await();
      if (exitCode == 0) {
        return repartition;
      }
      assertThat(last(repartition.all())).matches(AT_WORK.pattern());
      assertThat(Instant.now()).as(repartition::all).isBefore(last);
    }
  }

  @Test
  @Tag("long")
  void shouldEndWhenTheRequestTopicIsDeleted() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Admin admin = stand.broker.admin();
        WorkerProcess worker = new WorkerProcess(stand, Map.of())) {
      await().atMost(LONG).until(() -> worker.output().contains("Ready "));

      admin.deleteTopics(List.of(REQUESTS)).all().get();

      await().atMost(LONG).until(() -> !worker.alive());
      assertThat(worker.exitCode()).isEqualTo(DELETED.exitCode());
      assertThat(last(worker.output())).containsPattern(DELETED.pattern());
    }
  }

  private static void grow(Admin admin, String topic, int partitions) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get();
  }

  private static void refused(
      Stand stand, Map<String, String> settings, Message message, String... command)
      throws Exception {
    RunningCommand refused = cli(stand, settings, command);
    assertThat(refused.await()).as(refused::all).isEqualTo(message.exitCode());
    assertThat(last(refused.err())).matches(message.pattern());
  }

  private static RunningCommand cli(Stand stand, Map<String, String> settings, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--config", stand.file(settings).toString()));
    return new CommandThread(stand.directory, arguments);
  }

  private static Map<String, String> with(Map<String, String> settings, String key, String value) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(key, value);
    return all;
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(Stand stand, String group)
      throws Exception {
    try (Admin admin = stand.broker.admin()) {
      return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    }
  }

  private static String last(String output) {
    List<String> lines = output.strip().lines().toList();
    return lines.get(lines.size() - 1);
  }
}
