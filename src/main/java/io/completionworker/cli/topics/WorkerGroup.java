// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.ManagementConfig;
import io.completionworker.config.WorkerSettings;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The consumer group of the workers that read the request topic: the number of its members, and of
 * the requests that it has not read yet. For one thread. Every question has a bounded time.
 */
public final class WorkerGroup {

  private final BrokerTopics brokers;
  private final BrokerGroup group;
  private final String name;
  private final String topic;

  /** Creates the group of these settings, on these brokers. */
  public WorkerGroup(WorkerSettings settings, BrokerTopics brokers) {
    this.brokers = brokers;
    this.name = settings.group();
    this.topic = settings.topics().requests();
    this.group = brokers.group(name, topic);
  }

  /**
   * The state of a group.
   *
   * @param members number of stream threads of all workers
   * @param lag records that the group has not read yet; empty when it could not be read
   * @param taken count of the records that the group has read, to compare with an earlier state
   */
  public record State(String group, int members, OptionalLong lag, long taken) {

    /** Describes the state in a few words, with the rate when it is known. */
    public String words(OptionalLong perSecond) {
      String count =
          members == 0
              ? "no worker is in group " + group
              : "group " + group + " has " + members + (members == 1 ? " member" : " members");
      String behind = lag.isEmpty() ? "" : ", lag " + lag.getAsLong();
      return count + behind + (perSecond.isEmpty() ? "" : ", " + perSecond.getAsLong() + "/s");
    }

    /** Returns the records read per second since an earlier state of the same group. */
    public OptionalLong perSecond(State earlier, Duration since) {
      boolean same = group.equals(earlier.group);
      return !same || lag.isEmpty() || earlier.lag.isEmpty() || since.toMillis() < 1
          ? OptionalLong.empty()
          : OptionalLong.of(Math.max(0, taken - earlier.taken) * 1_000 / since.toMillis());
    }
  }

  /**
   * Asks the brokers for the state. Empty when the command may not see the group, or no broker
   * answers.
   */
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
      // the number of members is known nevertheless
    }
    return Optional.of(new State(name, members, OptionalLong.empty(), 0));
  }

  /**
   * Asks the worker at the management port of the settings whether it is ready, and what its
   * requests wait for. A worker with the same settings may listen there.
   */
  public static final class WorkerReadiness {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int MOST_BYTES = 1 << 16;

    private final ManagementConfig management;
    private final ManagementClient client = new ManagementClient(TIMEOUT, MOST_BYTES);

    /** Creates the client. Sends no request yet. */
    public WorkerReadiness(ManagementConfig management) {
      this.management = management;
    }

    /**
     * The reason why a worker produces no outcomes.
     *
     * @param text the reason in words
     * @param ready whether the worker is ready nevertheless: a cool-down is part of normal work
     */
    public record Hindrance(String text, boolean ready) {}

    /**
     * Returns the first reason that the worker gives. Empty when no request waits, or no worker
     * answers.
     */
    public Optional<Hindrance> notReadyReason() {
      return ManagementClient.address(management).flatMap(this::ask);
    }

    private Optional<Hindrance> ask(String address) {
      return client
          .get(address, "/health/ready")
          .flatMap(WorkerReadiness::said)
          .map(said -> new Hindrance("the worker at " + address + said.text, said.ready));
    }

    /** Reads the answer. Only an answer in the form of a worker counts. */
    private static Optional<Hindrance> said(ManagementClient.Answer answer) {
      String status = answer.body().path("status").asText();
      if (answer.status() == HttpURLConnection.HTTP_UNAVAILABLE && status.equals("down")) {
        return ManagementClient.text(answer.body().path("reasons").path(0))
            .map(reason -> new Hindrance(" is not ready: " + reason, false));
      }
      return answer.status() == HttpURLConnection.HTTP_OK && status.equals("up")
          ? wait(answer.body().path("waits"))
          : Optional.empty();
    }

    /** Returns the first wait, which holds up most requests; empty when no request waits. */
    private static Optional<Hindrance> wait(JsonNode waits) {
      JsonNode wait = waits.path(0);
      int waiting = wait.path("waiting").asInt();
      if (waiting < 1) {
        return Optional.empty();
      }
      StringBuilder words = new StringBuilder(" is ready, but ").append(waiting);
      words.append(waiting == 1 ? " request waits" : " requests wait");
      ManagementClient.text(wait.path("kind"))
          .ifPresent(kind -> words.append(" for a ").append(kind));
      ManagementClient.text(wait.path("name")).ifPresent(name -> words.append(" of ").append(name));
      ManagementClient.text(wait.path("model"))
          .ifPresent(model -> words.append(", model ").append(model));
      ManagementClient.text(wait.path("tier"))
          .ifPresent(tier -> words.append(", service tier ").append(tier));
      ManagementClient.text(wait.path("until"))
          .map(until -> until.replaceFirst("\\.\\d+Z", "Z"))
          .ifPresent(until -> words.append(", until ").append(until));
      ManagementClient.text(wait.path("reason"))
          .ifPresent(reason -> words.append(": ").append(reason));
      if (wait.path("status").isInt()) {
        words.append(", status ").append(wait.path("status").asInt());
      }
      ManagementClient.text(wait.path("detail"))
          .ifPresent(detail -> words.append(", ").append(detail));
      ManagementClient.text(wait.path("said"))
          .ifPresent(said -> words.append(", \"").append(said).append('"'));
      return Optional.of(new Hindrance(words.toString(), true));
    }
  }
}
