// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.cli.terminal.CountedText;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.StartConfig;
import io.completionworker.config.WorkerSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides where a worker begins on its request topic. A group has no committed offsets when it is
 * new, or when they expired or were deleted. It would then read the whole topic and call every
 * request in it once more. So that happens only if the operator has decided it.
 */
public final class StartPosition {

  private static final int NAMED = 10;

  private final BrokerGroup group;
  private final StartConfig start;
  private final int partitions;

  /** The decision for a start, with one line that describes it. */
  public sealed interface Decision {

    /** Returns the decision as one line for people. */
    String text();
  }

  /**
   * The group continues, since it has offsets or other members are at work.
   *
   * @param missing offsets to commit for partitions that have none
   * @param loss a line that says how many requests were deleted unread; empty if none were
   */
  public record GoOn(String text, Map<TopicPartition, Long> missing, Optional<String> loss)
      implements Decision {}

  /** The group has no committed offsets, and begins at these. */
  public record Begin(String text, Map<TopicPartition, Long> offsets) implements Decision {}

  /** The operator has to decide first. */
  public record Undecided(String text) implements Decision {}

  /**
   * Creates the decision for the group and the request topic of these settings.
   *
   * @param partitions number of partitions of the request topic
   */
  public StartPosition(WorkerSettings settings, BrokerTopics brokers, int partitions) {
    this.group = brokers.group(settings.group(), settings.topics().requests());
    this.start = settings.start();
    this.partitions = partitions;
  }

  /**
   * Commits the offsets at which the group begins. They are then known from its first start on, so
   * that requests that are published while no worker runs do not count as old.
   *
   * @param log receives the line that says where the group begins
   * @param warn receives the line that says which requests are gone
   * @throws TopicsException when the operator has to decide
   */
  public void settle(Consumer<String> log, Consumer<String> warn) throws InterruptedException {
    Decision decision = decide();
    if (decision instanceof Begin begin && !group.commit(begin.offsets())) {
      decision = decide(); // another instance has joined in the meantime
    }
    if (decision instanceof Undecided) {
      throw new TopicsException(decision.text());
    }
    if (decision instanceof GoOn known) {
      group.commit(known.missing()); // refused if the group has members, which commit themselves
      known.loss().ifPresent(warn);
    }
    log.accept(decision.text());
  }

  /** Reads the state of the group and decides. Changes nothing. */
  public Decision decide() throws InterruptedException {
    BrokerGroup.Position position = group.position(partitions);
    BrokerGroup.Position unknown = position.uncommitted();
    String name = "Group " + group.name();
    String known = name + " goes on at its committed offsets, lag " + position.lag();
    if (unknown.ends().isEmpty()) {
      return goOn(known, Map.of(), position);
    }
    int members = group.members();
    if (members > 0) {
      return goOn(
          name + " has " + CountedText.of(members, "member") + " at work", Map.of(), position);
    }
    boolean isNew = position.committed().isEmpty();
    if (unknown.records() == 0) {
      return isNew
          ? new Begin(
              name + " is new, and " + group.topic() + " has no records yet", unknown.beginnings())
          : goOn(known, unknown.beginnings(), position);
    }
    String where = group.topic() + (isNew ? "" : numbers(unknown));
    return start.from() == null
        ? undecided(unknown, where, isNew)
        : begin(start.from(), unknown, where);
  }

  private GoOn goOn(String text, Map<TopicPartition, Long> missing, BrokerGroup.Position position) {
    String more =
        start.from() == null
            ? ""
            : "; " + StartConfig.FROM_CONFIG + "=" + start.from() + " has no effect on it";
    return new GoOn(text + more, missing, loss(position.deleted()));
  }

  private Optional<String> loss(long deleted) {
    return deleted == 0
        ? Optional.empty()
        : Optional.of(
            "Up to %d requests were deleted from %s before a worker had read them; they have no outcome. Raise retention.ms or retention.bytes of the topic"
                .formatted(deleted, group.topic()));
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

  /** Returns the numbers of the partitions in words, only the first ones when there are many. */
  private static String numbers(BrokerGroup.Position partitions) {
    List<Integer> numbers =
        partitions.ends().keySet().stream().map(TopicPartition::partition).sorted().toList();
    String first =
        numbers.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    return (numbers.size() == 1 ? " partition " : " partitions ")
        + first
        + (numbers.size() > NAMED ? " ..." : "");
  }
}
