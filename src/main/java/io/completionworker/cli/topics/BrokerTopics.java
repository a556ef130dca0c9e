// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.topics.Topics.TopicsException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of real brokers. Every wait is bounded, and every failure has a one-line message. */
public final class BrokerTopics implements Topics, AutoCloseable {

  private final Admin admin;
  private final String brokers;
  private final Duration timeout;

  /** Takes over an open client, which {@link #close} closes. */
  BrokerTopics(Admin admin, String brokers, Duration timeout) {
    this.admin = admin;
    this.brokers = brokers;
    this.timeout = timeout;
  }

  /**
   * Creates a client for these brokers. It does not connect yet.
   *
   * @param kafka settings in the form that Kafka Streams takes
   */
  public static BrokerTopics connect(Map<String, String> kafka, Duration timeout) {
    Map<String, Object> settings = ClientSettings.admin(kafka);
    int millis = Math.toIntExact(timeout.toMillis());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    String brokers = kafka.getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
    try {
      return new BrokerTopics(Admin.create(settings), brokers, timeout);
    } catch (KafkaException e) {
      throw new TopicsException("Cannot use the Kafka settings for " + brokers, e);
    }
  }

  @Override
  public Map<String, Existing> describe(Collection<String> names) throws InterruptedException {
    Map<String, List<TopicPartitionInfo>> found = infos(names);
    // one request for all topics
    Map<ConfigResource, KafkaFuture<Config>> configs =
        admin
            .describeConfigs(found.keySet().stream().map(BrokerTopics::resource).toList())
            .values();
    Map<String, Existing> existing = new HashMap<>();
    for (Map.Entry<String, List<TopicPartitionInfo>> topic : found.entrySet()) {
      String name = topic.getKey();
      List<TopicPartitionInfo> partitions = topic.getValue();
      Optional<Config> config =
          config(name, Objects.requireNonNull(configs.get(resource(name)), name));
      existing.put(
          name,
          new Existing(
              partitions.size(),
              partitions.get(0).replicas().size(),
              value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG).map(Integer::valueOf),
              value(config, TopicConfig.CLEANUP_POLICY_CONFIG)));
    }
    return existing;
  }

  /** Returns the number of partitions of those topics that exist. */
  public Map<String, Integer> partitions(Collection<String> names) throws InterruptedException {
    Map<String, Integer> partitions = new HashMap<>();
    infos(names).forEach((topic, infos) -> partitions.put(topic, infos.size()));
    return partitions;
  }

  private Map<String, List<TopicPartitionInfo>> infos(Collection<String> names)
      throws InterruptedException {
    Map<String, List<TopicPartitionInfo>> partitions = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
        admin.describeTopics(names).topicNameValues().entrySet()) {
      try {
        partitions.put(topic.getKey(), topic.getValue().get().partitions());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw explained("see topic " + topic.getKey(), e);
        }
      }
    }
    return partitions;
  }

  @Override
  public void create(Wanted topic, boolean dryRun) throws InterruptedException {
    Map<String, String> configs = new HashMap<>();
    if (topic.maxMessageBytes() > 0) {
      configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(topic.maxMessageBytes()));
    }
    if (topic.cleanup() == Cleanup.KEEP_LAST) {
      configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    topic
        .retention()
        .ifPresent(
            time -> configs.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.toMillis())));
    NewTopic wanted =
        new NewTopic(topic.name(), topic.partitions(), topic.replicationFactor()).configs(configs);
    try {
      admin
          .createTopics(List.of(wanted), new CreateTopicsOptions().validateOnly(dryRun))
          .all()
          .get();
    } catch (ExecutionException e) {
      // another process created it first, which is just as good
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw explained("create it", e);
      }
    }
  }

  @Override
  public Repair repair(Wanted topic, boolean dryRun) throws InterruptedException {
    return new TopicRepair(this, admin, topic, dryRun).apply();
  }

  /** Adds partitions. The existing ones stay as they are. */
  void grow(String topic, int partitions) throws InterruptedException {
    try {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get();
    } catch (ExecutionException e) {
      throw explained("add partitions to " + topic, e);
    }
  }

  /**
   * A cluster that has answered.
   *
   * @param brokers number of its brokers
   */
  public record Cluster(String id, int brokers) {}

  /** Asks the brokers for the id and size of their cluster. */
  public Cluster cluster() throws InterruptedException {
    DescribeClusterResult cluster = admin.describeCluster();
    try {
      return new Cluster(cluster.clusterId().get(), cluster.nodes().get().size());
    } catch (ExecutionException e) {
      throw explained("see the cluster", e);
    }
  }

  /** Reads the offsets of a group, to check that this is allowed. The group need not exist. */
  public void readOffsets(String group) throws InterruptedException {
    try {
      admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw explained("use the group " + group, e);
      }
    }
  }

  /** Returns a group with its position on a topic. The group uses the same client. */
  public BrokerGroup group(String group, String topic) {
    return new BrokerGroup(this, admin, group, topic);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static Optional<String> value(Optional<Config> config, String name) {
    return config.map(all -> all.get(name)).map(ConfigEntry::value);
  }

  /** Returns the settings of a topic; empty if reading them is not allowed. */
  private Optional<Config> config(String topic, KafkaFuture<Config> config)
      throws InterruptedException {
    try {
      return Optional.of(config.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Optional.empty();
      }
      throw explained("read the settings of topic " + topic, e);
    }
  }

  TopicsException explained(String what, ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof TimeoutException) {
      return new TopicsException(
          "No answer from the brokers at "
              + brokers
              + " within "
              + timeout.toSeconds()
              + " s"
              + ClientSettings.SEE);
    }
    if (cause instanceof AuthenticationException) {
      return new TopicsException("The brokers at " + brokers + " refuse the credentials", cause);
    }
    if (cause instanceof AuthorizationException) {
      return new TopicsException("Not authorized to " + what, cause);
    }
    return new TopicsException("Cannot " + what, failure);
  }
}
