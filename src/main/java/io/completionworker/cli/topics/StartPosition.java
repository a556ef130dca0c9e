// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.StartConfig;
import io.completionworker.config.WorkerSettings;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a worker begins on its request topic. A group without committed offsets, because it is new
 * or because they expired or were deleted, would read the whole topic and call every request in it
 * once more. So that is only done when somebody has decided it.
 */
public final class StartPosition {

  private static final int NAMED = 10;

  private final BrokerGroup group;
  private final StartConfig start;
  private final int partitions;

  /** What a start does, with the one line that says so. */
  public sealed interface Decision {

    /** One line for people. */
    String text();
  }

  /** There are offsets, or others are at work: the group goes on. */
  public record GoOn(String text, Map<TopicPartition, Long> missing) implements Decision {}

  /** The group is new, and begins at these offsets. */
  public record Begin(String text, Map<TopicPartition, Long> offsets) implements Decision {}

  /** Somebody has to decide first. */
  public record Undecided(String text) implements Decision {}

  /**
   * For the group and the request topic of these settings.
   *
   * @param partitions of the request topic
   */
  public StartPosition(WorkerSettings settings, BrokerTopics brokers, int partitions) {
    this.group = brokers.group(settings.group(), settings.topics().requests());
    this.start = settings.start();
    this.partitions = partitions;
  }

  /**
   * Commits where the group begins, so that it is known from its first start on: what is published
   * while no worker runs is then not taken for old.
   *
   * @param log takes the line that says where the group begins
   * @throws TopicsException when somebody has to decide
   */
  public void settle(Consumer<String> log) throws InterruptedException {
    Decision decision = decide();
    if (decision instanceof Begin begin && !group.commit(begin.offsets())) {
      decision = decide(); // another instance has joined meanwhile
    }
    if (decision instanceof Undecided) {
      throw new TopicsException(decision.text());
    }
    if (decision instanceof GoOn known) {
      group.commit(known.missing()); // a group with members sees to that itself
    }
    log.accept(decision.text());
  }

  /** Looks, and changes nothing. */
  public Decision decide() throws InterruptedException {
    BrokerGroup.Position position = group.position(partitions);
    BrokerGroup.Position unknown = position.uncommitted();
    String name = "Group " + group.name();
    String known = name + " goes on at its committed offsets, lag " + position.lag();
    if (unknown.ends().isEmpty()) {
      return goOn(known, Map.of());
    }
    int members = group.members();
    if (members > 0) {
      return goOn(name + " has " + counted(members, "member") + " at work", Map.of());
    }
    boolean isNew = position.committed().isEmpty();
    if (unknown.records() == 0) {
      return isNew
          ? new Begin(
              name + " is new, and " + group.topic() + " has no records yet", unknown.beginnings())
          : goOn(known, unknown.beginnings());
    }
    String where = group.topic() + (isNew ? "" : numbers(unknown));
    return start.from() == null
        ? undecided(unknown, where, isNew)
        : begin(start.from(), unknown, where);
  }

  private GoOn goOn(String text, Map<TopicPartition, Long> missing) {
    String more =
        start.from() == null
            ? ""
            : "; " + StartConfig.FROM_CONFIG + "=" + start.from() + " has no effect on it";
    return new GoOn(text + more, missing);
  }

  private Begin begin(String from, BrokerGroup.Position unknown, String where)
      throws InterruptedException {
    Map<TopicPartition, Long> offsets =
        switch (from) {
          case StartConfig.EARLIEST -> unknown.beginnings();
          case StartConfig.LATEST -> group.latest(unknown);
          default -> group.at(start.time().orElseThrow(), unknown);
        };
    long called = unknown.recordsFrom(offsets);
    String text =
        "Group %s has no committed offsets and begins at %s of %s: up to %d records are called, up to %d before them are not"
            .formatted(group.name(), from, where, called, unknown.records() - called);
    return new Begin(text, offsets);
  }

  private Undecided undecided(BrokerGroup.Position unknown, String where, boolean isNew)
      throws InterruptedException {
    String since = group.oldest(unknown).map(time -> ", from " + time + " on").orElse("");
    String why =
        isNew
            ? "it is new, or they expired after offsets.retention.minutes"
            : "of other partitions it has: they were deleted, or the partitions were added";
    return new Undecided(
        "Group %s has no committed offsets (%s), and %s has up to %d records%s, which would all be called and billed; decide with `run --from latest`, `earliest` or a time, or with %s"
            .formatted(
                group.name(), why, where, unknown.records(), since, StartConfig.FROM_CONFIG));
  }

  /** Which partitions, the first ones of many. */
  private static String numbers(BrokerGroup.Position partitions) {
    List<Integer> numbers =
        partitions.ends().keySet().stream().map(TopicPartition::partition).sorted().toList();
    String first =
        numbers.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    return (numbers.size() == 1 ? " partition " : " partitions ")
        + first
        + (numbers.size() > NAMED ? " ..." : "");
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
