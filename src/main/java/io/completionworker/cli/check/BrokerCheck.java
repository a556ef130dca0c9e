// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.cli.check.Checks.Finding;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.StartPosition;
import io.completionworker.cli.topics.TopicCheck;
import io.completionworker.cli.topics.Topics;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.cli.topics.WorkerGroup;
import io.completionworker.cli.topics.WorkerGroup.WorkerReadiness;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks the brokers, the topics on them and the worker's group. */
record BrokerCheck(WorkerSettings settings, Duration timeout, Function<Throwable, String> words)
    implements Checks.Check {

  /** Time between the two reads of the group's state from which its rate is calculated. */
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  @Override
  public void run(Consumer<Finding> found) throws InterruptedException {
    try (BrokerTopics broker = BrokerTopics.connect(settings.kafka(), timeout)) {
      BrokerTopics.Cluster cluster = broker.cluster();
      String brokers = cluster.brokers() == 1 ? " broker" : " brokers";
      found.accept(
          Finding.ok("broker", "cluster " + cluster.id() + ", " + cluster.brokers() + brokers));
      topics(broker).forEach(found);
      WorkerReadiness readiness = new WorkerReadiness(settings.management());
      for (WorkerSettings each : settings.ofEachClass()) {
        found.accept(group(each, broker));
        start(each, broker).ifPresent(found);
        found.accept(members(new WorkerGroup(each, broker), readiness));
      }
    } catch (TopicsException e) {
      String line = words.apply(e);
      String see = line.endsWith(ClientSettings.SEE) ? "" : ClientSettings.SEE;
      found.accept(Finding.fail("broker", line + see));
      found.accept(Finding.warn("topics", "not looked at, for want of a broker"));
      found.accept(Finding.warn("group", "not looked at, for want of a broker"));
    }
  }

  private List<Finding> topics(BrokerTopics broker) throws InterruptedException {
    try {
      return TopicFindings.of(settings, broker.describe(TopicFindings.names(settings)));
    } catch (TopicsException e) {
      String grant = "; the principal needs DESCRIBE and DESCRIBE_CONFIGS on the topics";
      return List.of(Finding.fail("topics", words.apply(e) + grant));
    }
  }

  /**
   * Reports where {@code run} would begin to read. Empty when the topic is missing, which another
   * finding reports.
   */
  private Optional<Finding> start(WorkerSettings each, BrokerTopics broker)
      throws InterruptedException {
    String requests = each.topics().requests();
    try {
      Integer partitions = broker.partitions(List.of(requests)).get(requests);
      if (partitions == null) {
        return Optional.empty();
      }
      StartPosition.Decision start = new StartPosition(each, broker, partitions).decide();
      if (start instanceof StartPosition.GoOn known && known.loss().isPresent()) {
        return Optional.of(Finding.warn("start", start.text() + ". " + known.loss().get()));
      }
      return Optional.of(
          start instanceof StartPosition.Undecided
              ? Finding.fail("start", start.text())
              : Finding.ok("start", start.text()));
    } catch (TopicsException e) {
      return Optional.of(Finding.warn("start", "not looked at: " + words.apply(e)));
    }
  }

  private Finding group(WorkerSettings each, BrokerTopics broker) throws InterruptedException {
    String group = each.group();
    try {
      broker.readOffsets(group);
      return Finding.ok("group", group + " may be read");
    } catch (TopicsException e) {
      String grant = "; the principal needs READ on the group " + group;
      return Finding.fail("group", words.apply(e) + grant);
    }
  }

  /**
   * Reports whether a worker runs, and how fast it reads or why it produces no outcomes. Reads the
   * group's state twice to measure the rate when there is a lag.
   */
  private static Finding members(WorkerGroup group, WorkerReadiness readiness)
      throws InterruptedException {
    Optional<WorkerGroup.State> first = group.look();
    if (first.isEmpty()) {
      String grant = "; the principal needs DESCRIBE on the group";
      return Finding.warn("group", "its members may not be seen" + grant);
    }
    WorkerGroup.State state = first.get();
    if (state.members() == 0) {
      boolean waits = state.lag().orElse(0) > 0;
      String requests =
          waits ? "up to " + state.lag().getAsLong() + " requests wait" : "requests wait";
      return Finding.warn(
          "group", "no worker is in group " + state.group() + "; " + requests + " until one runs");
    }
    Optional<WorkerReadiness.Hindrance> hindrance = readiness.notReadyReason();
    if (hindrance.isPresent()) {
      String text = state.words(OptionalLong.empty()) + "; " + hindrance.get().text();
      return hindrance.get().ready() ? Finding.ok("group", text) : Finding.warn("group", text);
    }
    if (state.lag().orElse(0) == 0) {
      return Finding.ok("group", state.words(OptionalLong.empty()));
    }
    long looked = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(BETWEEN.toNanos());
    WorkerGroup.State second = group.look().orElse(state);
    Duration since = Duration.ofNanos(System.nanoTime() - looked);
    return Finding.ok("group", second.words(second.perSecond(state, since)));
  }

  /**
   * Reports for each topic whether it exists, accepts large enough records and has a fitting number
   * of partitions.
   */
  static final class TopicFindings {

    private final WorkerSettings settings;
    private final Map<String, Topics.Existing> existing;
    private final int neededBytes;

    /** The request topic with the most partitions; empty if none exists. */
    private final Optional<String> widest;

    private TopicFindings(WorkerSettings settings, Map<String, Topics.Existing> existing) {
      this.settings = settings;
      this.existing = existing;
      this.neededBytes = settings.async().maxMessageBytes();
      this.widest = TopicCheck.widest(settings, existing);
    }

    /** Returns the topics to check, the changelogs last. */
    static List<String> names(WorkerSettings settings) {
      List<String> names = new ArrayList<>(settings.allTopics());
      settings.ofEachClass().forEach(each -> names.addAll(TopicCheck.changelogs(each)));
      return names;
    }

    /** Returns one finding for each topic. */
    static List<Finding> of(WorkerSettings settings, Map<String, Topics.Existing> existing) {
      TopicFindings findings = new TopicFindings(settings, existing);
      List<Finding> all = new ArrayList<>();
      for (String name : settings.allTopics()) {
        all.add(findings.topic(name, existing.get(name)));
      }
      for (WorkerSettings each : settings.ofEachClass()) {
        for (String name : TopicCheck.changelogs(each)) {
          all.add(findings.changelog(name, each.topics().requests()));
        }
      }
      return all;
    }

    private Finding topic(String name, Topics.@Nullable Existing topic) {
      String about = "topic " + name;
      if (topic == null) {
        return Finding.fail(about, "is missing; make it with `completion-worker topics`");
      }
      if (settings.requestTopics().contains(name)) {
        return Finding.ok(about, partitions(topic));
      }
      if (settings.compactedTopics().contains(name)) {
        return compacted(about, topic);
      }
      Finding bytes = bytes(about, topic);
      Topics.Existing requests = widest.map(existing::get).orElse(topic);
      if (topic.partitions() >= requests.partitions()) {
        return bytes;
      }
      String few =
          "%s, fewer than the %d of %s: several of those share one here; `completion-worker topics --alter` adds partitions"
              .formatted(partitions(topic), requests.partitions(), widest.orElse(""));
      return bytes.failed()
          ? Finding.fail(about, few + "; and " + bytes.text())
          : Finding.warn(about, few);
    }

    private static Finding compacted(String about, Topics.Existing topic) {
      String policy =
          topic
              .cleanupPolicy()
              .map(known -> ", cleanup.policy " + known)
              .orElse("; cleanup.policy may not be read, it must be compact");
      return TopicCheck.cleanupFault(topic)
          .map(fault -> Finding.warn(about, fault))
          .orElse(Finding.ok(about, partitions(topic) + policy));
    }

    private Finding changelog(String name, String source) {
      String about = "changelog " + name;
      Topics.Existing topic = existing.get(name);
      Topics.Existing requests = existing.get(source);
      if (topic == null) {
        return Finding.ok(about, "is not there yet; Kafka Streams makes it at the first start");
      }
      if (requests != null && topic.partitions() != requests.partitions()) {
        return Finding.fail(
            about,
            TopicCheck.partitionFault(source, requests.partitions(), name, topic.partitions()));
      }
      return bytes(about, topic);
    }

    private Finding bytes(String about, Topics.Existing topic) {
      if (topic.maxMessageBytes().isEmpty()) {
        return Finding.warn(
            about, "max.message.bytes may not be read; it must be " + neededBytes + " or more");
      }
      int bytes = topic.maxMessageBytes().get();
      return bytes < neededBytes
          ? Finding.fail(
              about,
              "max.message.bytes is "
                  + bytes
                  + "; set it to "
                  + neededBytes
                  + " or more, as `completion-worker topics --alter` does, or lower"
                  + " async.max.record.bytes")
          : Finding.ok(about, partitions(topic) + ", max.message.bytes " + bytes);
    }

    private static String partitions(Topics.Existing topic) {
      return topic.partitions() + (topic.partitions() == 1 ? " partition" : " partitions");
    }
  }
}
