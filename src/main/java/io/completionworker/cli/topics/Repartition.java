// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.cli.terminal.CountedText;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.AsyncConfig;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Adds partitions to the request topic of a class and to all topics that must have as many. No data
 * has to be moved: a pending request is in the changelog under the partition that it came from, and
 * the task of the same number continues to read that partition. After a failure halfway, this can
 * be run again.
 */
public final class Repartition {

  private final WorkerSettings settings;
  private final BrokerTopics brokers;
  private final OptionalInt wanted;
  private final boolean dryRun;
  private final String requests;
  private final List<String> changelogs;
  private final List<String> names = new ArrayList<>();
  private final BrokerGroup group;
  private boolean grown;

  /**
   * Creates a repartition of the topics of these settings, which are those of one class.
   *
   * @param wanted number of partitions; empty for as many as the largest of the topics has
   */
  public Repartition(
      WorkerSettings settings, BrokerTopics brokers, OptionalInt wanted, boolean dryRun) {
    this.settings = settings;
    this.brokers = brokers;
    this.wanted = wanted;
    this.dryRun = dryRun;
    this.requests = settings.topics().requests();
    this.changelogs = TopicCheck.changelogs(settings);
    this.group = brokers.group(settings.group(), requests);
    names.add(requests);
    names.addAll(changelogs);
    names.addAll(settings.topics().outputs());
  }

  /**
   * Checks whether the partitions may be added, and changes nothing.
   *
   * @throws TopicsException when this is not allowed
   */
  public void check() throws InterruptedException {
    target(brokers.describe(names));
    refuseWhileAtWork(line -> {});
  }

  /**
   * Adds the partitions, and prints a line for each topic.
   *
   * @throws TopicsException when this is not allowed, or failed
   */
  public void apply(Consumer<String> print) throws InterruptedException {
    Map<String, Topics.Existing> existing = brokers.describe(names);
    int target = target(existing);
    refuseWhileAtWork(print);
    for (String name : names) {
      Topics.Existing topic = existing.get(name);
      print.accept(name + ": " + (topic == null ? missing(name) : grow(name, topic, target)));
    }
    print.accept("group " + group.name() + ": " + begin(target));
    if (grown && settings.async().ordering() == AsyncConfig.Ordering.KEY) {
      print.accept(
          "async.ordering=key: new requests of a key may go to another partition than those that"
              + " are pending; the order between the two is not kept");
    }
  }

  private int target(Map<String, Topics.Existing> existing) {
    if (!existing.containsKey(requests)) {
      throw new TopicsException(
          requests + " does not exist; make it with `completion-worker topics`");
    }
    int largest =
        Stream.concat(Stream.of(requests), changelogs.stream())
            .map(existing::get)
            .filter(topic -> topic != null)
            .mapToInt(Topics.Existing::partitions)
            .max()
            .orElse(1);
    int target = wanted.orElse(largest);
    if (target < largest) {
      throw new TopicsException(
          "--partitions %d: there are %s already, and Kafka takes none away; give %d or more"
              .formatted(target, CountedText.of(largest, "partition"), largest));
    }
    return target;
  }

  private void refuseWhileAtWork(Consumer<String> print) throws InterruptedException {
    int members = group.members();
    if (members == 0) {
      return;
    }
    String text =
        "Group %s has %s; stop all instances first (one that was killed is a member until its session times out)"
            .formatted(group.name(), CountedText.of(members, "member"));
    if (!dryRun) {
      throw new TopicsException(text);
    }
    print.accept("Not now: " + text);
  }

  private String grow(String name, Topics.Existing topic, int target) throws InterruptedException {
    if (topic.partitions() >= target) {
      return "has " + CountedText.of(topic.partitions(), "partition");
    }
    grown = true;
    if (dryRun) {
      return topic.partitions() + " partitions would become " + target;
    }
    brokers.grow(name, target);
    return topic.partitions() + " partitions became " + target;
  }

  private String missing(String name) {
    return changelogs.contains(name)
        ? "is not there yet; Kafka Streams makes it at the first start"
        : "is missing; make it with `completion-worker topics`";
  }

  /**
   * Commits the beginning of each new partition, so that the group also reads what was published
   * there in the meantime. Returns the line to print.
   */
  private String begin(int target) throws InterruptedException {
    if (dryRun) {
      return "new partitions would be read from their beginning";
    }
    BrokerGroup.Position position = group.position(target);
    if (position.committed().isEmpty()) {
      return "has no committed offsets; where it begins is decided at its start";
    }
    if (!group.commit(position.uncommitted().beginnings())) {
      throw new TopicsException(
          "An instance was started meanwhile; stop all instances and run this again");
    }
    return "goes on at its committed offsets, new partitions from their beginning";
  }
}
