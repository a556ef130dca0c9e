// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The group of the workers that read the request topic: how many members it has, and how many
 * requests it has not read yet. For one thread; every question has a bounded time.
 */
public final class WorkerGroup {

  private final BrokerTopics brokers;
  private final BrokerGroup group;
  private final String name;
  private final String topic;

  /** The group of these settings, on these brokers. */
  public WorkerGroup(WorkerSettings settings, BrokerTopics brokers) {
    this.brokers = brokers;
    this.name = settings.group();
    this.topic = settings.topics().requests();
    this.group = brokers.group(name, topic);
  }

  /**
   * The state of a group.
   *
   * @param members stream threads of all workers
   * @param lag records that the group has not read yet; empty when the command may not ask
   * @param taken records that the group has read, to be compared with an earlier look
   */
  public record State(String group, int members, OptionalLong lag, long taken) {

    /** In a few words, with the rate since an earlier look where there is one. */
    public String words(OptionalLong perSecond) {
      String count =
          members == 0
              ? "no worker is in group " + group
              : "group " + group + " has " + members + (members == 1 ? " member" : " members");
      String behind = lag.isEmpty() ? "" : ", lag " + lag.getAsLong();
      return count + behind + (perSecond.isEmpty() ? "" : ", " + perSecond.getAsLong() + "/s");
    }

    /** Records read per second since an earlier look. */
    public OptionalLong perSecond(State earlier, Duration since) {
      return lag.isEmpty() || earlier.lag.isEmpty() || since.toMillis() < 1
          ? OptionalLong.empty()
          : OptionalLong.of(Math.max(0, taken - earlier.taken) * 1_000 / since.toMillis());
    }
  }

  /** Asks the brokers; empty when the command may not see the group, or no broker answers. */
  public Optional<State> look() throws InterruptedException {
    int members;
    try {
      members = group.members();
    } catch (TopicsException e) {
      return Optional.empty();
    }
    try {
      Integer partitions = brokers.partitions(List.of(topic)).get(topic);
      if (partitions != null) {
        BrokerGroup.Position position = group.committedPosition(partitions);
        OptionalLong lag = OptionalLong.of(position.lag());
        return Optional.of(new State(name, members, lag, position.taken()));
      }
    } catch (TopicsException e) {
      // the members are known all the same
    }
    return Optional.of(new State(name, members, OptionalLong.empty(), 0));
  }
}
