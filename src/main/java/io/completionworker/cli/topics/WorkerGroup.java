// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.ManagementConfig;
import io.completionworker.config.WorkerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /**
   * Asks the management port of the settings, where a worker with the same settings may listen,
   * whether it is ready, and what its requests wait for.
   */
  public static final class WorkerReadiness {

    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int MOST_BYTES = 1 << 16;
    private static final int LONGEST_TEXT = 300;

    private final ManagementConfig management;
    private final ObjectMapper json = new ObjectMapper();

    /** Asks nothing yet. */
    public WorkerReadiness(ManagementConfig management) {
      this.management = management;
    }

    /**
     * Why a worker produces no outcomes.
     *
     * @param text in words
     * @param ready whether the worker is ready all the same: a cool-down is part of normal work
     */
    public record Hindrance(String text, boolean ready) {}

    /** The first reason that the worker gives; empty when nothing waits, or no worker answers. */
    public Optional<Hindrance> hindrance() {
      if (management.port() < 1) {
        return Optional.empty();
      }
      String host = ANY_ADDRESS.contains(management.host()) ? "127.0.0.1" : management.host();
      try {
        URI ready = new URI("http", null, host, management.port(), "/health/ready", null, null);
        HttpURLConnection connection =
            (HttpURLConnection) ready.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        try {
          return said(connection)
              .map(
                  said ->
                      new Hindrance(
                          "the worker at " + ready.getAuthority() + said.text, said.ready));
        } finally {
          connection.disconnect();
        }
      } catch (IOException | URISyntaxException e) {
        return Optional.empty(); // it listens elsewhere, or for others only
      }
    }

    /** Any process may listen there, so only an answer in the form of a worker counts. */
    private Optional<Hindrance> said(HttpURLConnection connection) throws IOException {
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_UNAVAILABLE) {
        JsonNode health = health(connection.getErrorStream(), "down");
        return text(health.path("reasons").path(0))
            .map(reason -> new Hindrance(" is not ready: " + reason, false));
      }
      return status == HttpURLConnection.HTTP_OK
          ? wait(health(connection.getInputStream(), "up").path("waits"))
          : Optional.empty();
    }

    private JsonNode health(@Nullable InputStream body, String status) throws IOException {
      if (body == null) {
        return MissingNode.getInstance();
      }
      try (body) {
        JsonNode health = json.readTree(body.readNBytes(MOST_BYTES));
        return health.path("status").asText().equals(status) ? health : MissingNode.getInstance();
      }
    }

    /** The first wait, which holds up most requests; empty when no request waits. */
    private static Optional<Hindrance> wait(JsonNode waits) {
      JsonNode wait = waits.path(0);
      int waiting = wait.path("waiting").asInt();
      if (waiting < 1) {
        return Optional.empty();
      }
      StringBuilder words = new StringBuilder(" is ready, but ").append(waiting);
      words.append(waiting == 1 ? " request waits" : " requests wait");
      text(wait.path("kind")).ifPresent(kind -> words.append(" for a ").append(kind));
      text(wait.path("name")).ifPresent(name -> words.append(" of ").append(name));
      text(wait.path("model")).ifPresent(model -> words.append(", model ").append(model));
      text(wait.path("tier")).ifPresent(tier -> words.append(", service tier ").append(tier));
      text(wait.path("until"))
          .map(until -> until.replaceFirst("\\.\\d+Z", "Z"))
          .ifPresent(until -> words.append(", until ").append(until));
      text(wait.path("reason")).ifPresent(reason -> words.append(": ").append(reason));
      if (wait.path("status").isInt()) {
        words.append(", status ").append(wait.path("status").asInt());
      }
      text(wait.path("detail")).ifPresent(detail -> words.append(", ").append(detail));
      text(wait.path("said")).ifPresent(said -> words.append(", \"").append(said).append('"'));
      return Optional.of(new Hindrance(words.toString(), true));
    }

    private static Optional<String> text(JsonNode node) {
      if (!node.isTextual() || node.textValue().isEmpty()) {
        return Optional.empty();
      }
      String text = node.textValue().replaceAll("\\p{Cntrl}", "?");
      return Optional.of(text.substring(0, Math.min(LONGEST_TEXT, text.length())));
    }
  }
}
