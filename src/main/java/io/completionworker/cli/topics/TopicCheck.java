// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.cli.terminal.CountedText;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Checks before a worker starts that no topic is missing or too small for its records. Without this
 * check, a missing topic would end a stream thread, and a topic that is too small would end one
 * thread after the other.
 */
public final class TopicCheck {

  private TopicCheck() {}

  /**
   * Checks the topics that the worker reads and writes, those of all classes of requests.
   *
   * @param warn receives a line about each fault with which the worker would run nevertheless
   * @return these topics by name
   * @throws TopicsException with everything that is wrong, in one line
   */
  public static Map<String, Topics.Existing> verify(
      WorkerSettings settings, Topics topics, Consumer<String> warn) throws InterruptedException {
    List<String> all = settings.allTopics();
    List<String> looked = new ArrayList<>(all);
    settings.ofEachClass().forEach(each -> looked.addAll(changelogs(each)));
    Map<String, Topics.Existing> existing = topics.describe(looked);
    List<String> missing = all.stream().filter(name -> !existing.containsKey(name)).toList();
    List<String> faults = new ArrayList<>();
    if (!missing.isEmpty()) {
      faults.add(
          "Missing topics: "
              + String.join(", ", missing)
              + "; make them with `completion-worker topics`");
    }
    for (WorkerSettings each : settings.ofEachClass()) {
      partitionFault(each, existing).ifPresent(faults::add);
    }
    sizeFault(settings, existing).ifPresent(faults::add);
    if (!faults.isEmpty()) {
      throw new TopicsException(String.join(". ", faults));
    }
    for (String compacted : settings.compactedTopics()) {
      cleanupFault(Objects.requireNonNull(existing.get(compacted)))
          .ifPresent(fault -> warn.accept("Topic " + compacted + ": " + fault));
    }
    return existing;
  }

  private static Optional<String> sizeFault(
      WorkerSettings settings, Map<String, Topics.Existing> existing) {
    int needed = settings.async().maxMessageBytes();
    // Kafka Streams creates the changelog, but does not alter one that exists.
    List<String> written = new ArrayList<>(settings.topics().outputs());
    settings.ofEachClass().forEach(each -> written.add(changelog(each)));
    List<String> small =
        written.stream().filter(name -> tooSmall(existing.get(name), needed)).toList();
    return small.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Topics too small for records of async.max.record.bytes: "
                + String.join(", ", small)
                + "; set their max.message.bytes to "
                + needed
                + " or more, as `completion-worker topics --alter` does, or lower"
                + " async.max.record.bytes");
  }

  /** Returns the changelog of the pending store, by the name that Kafka Streams gives it. */
  public static String changelog(WorkerSettings settings) {
    return settings.group() + "-pending-changelog";
  }

  /**
   * Returns the changelogs of all stores. Kafka Streams requires them to have as many partitions as
   * the request topic.
   */
  public static List<String> changelogs(WorkerSettings settings) {
    String group = settings.group();
    List<String> names = new ArrayList<>();
    names.add(changelog(settings));
    names.add(group + "-marks-changelog");
    if (settings.dedupe().on()) {
      names.add(group + "-request-ids-changelog");
    }
    names.add(group + "-usage-windows-changelog");
    if (settings.budgets().on()) {
      names.add(group + "-spend-sums-changelog");
    }
    return names;
  }

  /**
   * Describes the fault when partitions were added to the request topic but not to the changelogs.
   * Empty when there is none.
   *
   * @param existing topics by name, including the request topic and the changelogs
   */
  public static Optional<String> partitionFault(
      WorkerSettings settings, Map<String, Topics.Existing> existing) {
    Topics.Existing source = existing.get(settings.topics().requests());
    for (String name : changelogs(settings)) {
      Topics.Existing changelog = existing.get(name);
      if (source != null && changelog != null && source.partitions() != changelog.partitions()) {
        return Optional.of(
            partitionFault(
                settings.topics().requests(), source.partitions(), name, changelog.partitions()));
      }
    }
    return Optional.empty();
  }

  /** Describes the same fault for one changelog. */
  public static String partitionFault(String requests, int has, String changelog, int instead) {
    return "%s has %s and %s has %d, which must be equal; stop all instances, run `completion-worker topics repartition`, and start them again: pending requests are kept"
        .formatted(requests, CountedText.of(has, "partition"), changelog, instead);
  }

  /**
   * Describes the fault when records would be deleted that still count. Empty when there is none,
   * and when the policy may not be read.
   *
   * @param compacted the topic of controls, or of what budgets have spent
   */
  public static Optional<String> cleanupFault(Topics.Existing compacted) {
    return compacted
        .cleanupPolicy()
        .filter(policy -> !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT))
        .map(
            policy ->
                "cleanup.policy is "
                    + policy
                    + ", so records would be deleted that still count; set it to compact, as"
                    + " `completion-worker topics --alter` does");
  }

  /** Returns the request topic with the most partitions; empty if none exists. */
  public static Optional<String> widest(
      WorkerSettings settings, Map<String, Topics.Existing> existing) {
    return settings.requestTopics().stream()
        .filter(existing::containsKey)
        .max(
            Comparator.comparingInt(
                name -> Objects.requireNonNull(existing.get(name)).partitions()));
  }

  private static boolean tooSmall(Topics.@Nullable Existing topic, int needed) {
    return topic != null && topic.maxMessageBytes().map(bytes -> bytes < needed).orElse(false);
  }
}
