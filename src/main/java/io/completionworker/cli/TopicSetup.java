// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static java.util.Objects.requireNonNull;

import io.completionworker.cli.topics.TopicCheck;
import io.completionworker.cli.topics.Topics;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Creates, checks and repairs the worker's topics. */
final class TopicSetup {

  private static final int DEFAULT_PARTITIONS = 6;

  private final WorkerSettings settings;
  private final List<String> requests;
  private final List<String> names;

  /** The request topic of each changelog, by the name of the changelog. */
  private final Map<String, String> changelogs = new LinkedHashMap<>();

  private final String windows;
  private final List<String> compacted;
  private final int maxMessageBytes;
  private final Plan plan;
  private final List<String> problems = new ArrayList<>();

  /**
   * The options of the setup.
   *
   * @param replicationFactor -1 for the default of the broker
   * @param retention empty for the default of the broker
   * @param alter whether to repair topics that exist
   * @param dryRun whether to print the changes without making them
   */
  record Plan(
      Optional<Integer> partitions,
      short replicationFactor,
      Optional<Duration> retention,
      boolean alter,
      boolean dryRun) {}

  /** A request topic and the number of its partitions. */
  private record Sized(String name, int partitions) {}

  TopicSetup(WorkerSettings settings, Plan plan) {
    this.settings = settings;
    this.requests = settings.requestTopics();
    this.names = settings.allTopics();
    this.windows = settings.topics().usageWindows();
    this.compacted = settings.compactedTopics();
    for (WorkerSettings each : settings.ofEachClass()) {
      String source = each.topics().requests();
      TopicCheck.changelogs(each).forEach(name -> changelogs.put(name, source));
    }
    this.maxMessageBytes = settings.async().maxMessageBytes();
    this.plan = plan;
  }

  /**
   * Creates missing topics, checks the existing ones, and prints a line for each topic.
   *
   * @return the problems that keep the worker from working
   */
  List<String> apply(Topics topics, Consumer<String> print) throws InterruptedException {
    Map<String, Topics.Existing> existing = topics.describe(names);
    Optional<Sized> largest =
        TopicCheck.widest(settings, existing)
            .map(name -> new Sized(name, requireNonNull(existing.get(name)).partitions()));
    int count =
        plan.partitions().or(() -> largest.map(Sized::partitions)).orElse(DEFAULT_PARTITIONS);
    Sized widest = widest(existing, largest, count);
    for (String name : names) {
      Topics.Existing topic = existing.get(name);
      if (topic == null) {
        print.accept(create(topics, wanted(name, count)));
      } else {
        print.accept(name + ": exists, " + check(name, topic, widest));
        if (plan.alter()) {
          repair(topics, wanted(name, requests.contains(name) ? 1 : widest.partitions()), print);
        }
      }
    }
    if (plan.alter()) {
      repairChangelogs(topics, existing, count, print);
    }
    return List.copyOf(problems);
  }

  /** Returns the request topic with the most partitions, one that is made here included. */
  private Sized widest(Map<String, Topics.Existing> existing, Optional<Sized> largest, int made) {
    Optional<Sized> missing =
        requests.stream()
            .filter(name -> !existing.containsKey(name))
            .findFirst()
            .map(name -> new Sized(name, made));
    return largest
        .filter(sized -> missing.isEmpty() || sized.partitions() >= made)
        .or(() -> missing)
        .orElse(new Sized(requests.get(0), made));
  }

  private void repairChangelogs(
      Topics topics, Map<String, Topics.Existing> sources, int made, Consumer<String> print)
      throws InterruptedException {
    Map<String, Topics.Existing> existing = topics.describe(changelogs.keySet());
    for (Map.Entry<String, String> changelog : changelogs.entrySet()) {
      String name = changelog.getKey();
      Topics.Existing topic = existing.get(name);
      if (topic != null) {
        print.accept(name + ": exists, " + described(topic.partitions()));
        repair(topics, wanted(name, 1), print);
        Topics.Existing source = sources.get(changelog.getValue());
        int needed = source == null ? made : source.partitions();
        if (topic.partitions() != needed) {
          problems.add(
              TopicCheck.partitionFault(changelog.getValue(), needed, name, topic.partitions()));
        }
      }
    }
  }

  /**
   * Returns the topic as it should be. One partition is enough for controls and for what budgets
   * have spent, which are few, and keeps all of them in order.
   */
  private Topics.Wanted wanted(String name, int partitions) {
    if (compacted.contains(name)) {
      return new Topics.Wanted(
          name, 1, plan.replicationFactor(), 0, Optional.empty(), Topics.Cleanup.KEEP_LAST);
    }
    boolean changelog = changelogs.containsKey(name);
    // The latest sum of a window replaces the earlier ones, so the topic of windows may be
    // compacted.
    boolean either = changelog || name.equals(windows);
    return new Topics.Wanted(
        name,
        partitions,
        plan.replicationFactor(),
        maxMessageBytes,
        changelog ? Optional.empty() : plan.retention(),
        either ? Topics.Cleanup.ANY : Topics.Cleanup.KEEP_EACH);
  }

  private void repair(Topics topics, Topics.Wanted wanted, Consumer<String> print)
      throws InterruptedException {
    String name = wanted.name();
    try {
      Topics.Repair repair = topics.repair(wanted, plan.dryRun());
      repair.lines().forEach(print);
      if (!repair.complete()) {
        problems.add(name + " could not be altered in full");
      }
    } catch (TopicsException e) {
      problems.add(name + " could not be altered: " + FailureLines.line(e));
      print.accept("  could not be altered");
    }
  }

  private String create(Topics topics, Topics.Wanted wanted) throws InterruptedException {
    String name = wanted.name();
    try {
      topics.create(wanted, plan.dryRun());
      String done = plan.dryRun() ? ": would be created, " : ": created, ";
      String setting =
          compacted.contains(name)
              ? "cleanup.policy compact"
              : "max.message.bytes " + wanted.maxMessageBytes();
      return name + done + described(wanted.partitions()) + ", " + setting;
    } catch (TopicsException e) {
      problems.add(name + " could not be created: " + FailureLines.line(e));
      return name + ": could not be created";
    }
  }

  private String check(String name, Topics.Existing topic, Sized widest) {
    if (compacted.contains(name)) {
      return described(topic.partitions()) + replicas(topic) + checkCompacted(name, topic);
    }
    StringBuilder line = new StringBuilder(described(topic.partitions()));
    if (topic.partitions() < widest.partitions() && !requests.contains(name)) {
      line.append(" (").append(widest.name()).append(" has ").append(widest.partitions());
      line.append(": several of its partitions share one here)");
    }
    plan.partitions()
        .filter(asked -> asked != topic.partitions())
        .ifPresent(asked -> line.append(unchanged(asked, topic.partitions())));
    line.append(replicas(topic));
    if (plan.retention().isPresent() && !plan.alter()) {
      line.append(" (--retention changes topics that exist with --alter only)");
    }
    if (topic.maxMessageBytes().isEmpty()) {
      return line.append(", max.message.bytes may not be read").toString();
    }
    int bytes = topic.maxMessageBytes().get();
    line.append(", max.message.bytes ").append(bytes);
    if (bytes < maxMessageBytes && requests.contains(name)) {
      line.append(" (the worker would take ").append(maxMessageBytes).append(")");
    } else if (bytes < maxMessageBytes) {
      line.append(" is too small, needed are ").append(maxMessageBytes);
      if (!plan.alter()) {
        problems.add(
            name
                + " needs max.message.bytes="
                + maxMessageBytes
                + " and has "
                + bytes
                + "; `topics --alter` raises it");
      }
    }
    return line.toString();
  }

  private String replicas(Topics.Existing topic) {
    int asked = plan.replicationFactor();
    return asked > 0 && topic.replicas() > 0 && asked != topic.replicas() && !plan.alter()
        ? " (replication factor %d, not %d: changed with --alter only)"
            .formatted(topic.replicas(), asked)
        : "";
  }

  private String checkCompacted(String name, Topics.Existing topic) {
    TopicCheck.cleanupFault(topic)
        .filter(fault -> !plan.alter())
        .ifPresent(fault -> problems.add(name + ": " + fault));
    return topic
        .cleanupPolicy()
        .map(policy -> ", cleanup.policy " + policy)
        .orElse(", cleanup.policy may not be read");
  }

  /**
   * Explains why an existing topic keeps its number of partitions. {@code --partitions} applies
   * only to topics that are created, and would otherwise be ignored silently.
   */
  private static String unchanged(int asked, int there) {
    return asked < there
        ? " (not " + asked + ": Kafka takes no partitions away)"
        : " (not "
            + asked
            + ", nothing was added: stop all instances and run `topics repartition --partitions "
            + asked
            + "`)";
  }

  private static String described(int count) {
    return count + (count == 1 ? " partition" : " partitions");
  }
}
