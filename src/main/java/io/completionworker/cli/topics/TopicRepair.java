// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Changes one existing topic to what a new one would be, or reports the changes in a dry run. */
final class TopicRepair {

  private final BrokerTopics brokers;
  private final Admin admin;
  private final Topics.Wanted wanted;
  private final boolean dryRun;
  private final List<String> lines = new ArrayList<>();
  private boolean complete = true;

  TopicRepair(BrokerTopics brokers, Admin admin, Topics.Wanted wanted, boolean dryRun) {
    this.brokers = brokers;
    this.admin = admin;
    this.wanted = wanted;
    this.dryRun = dryRun;
  }

  Topics.Repair apply() throws InterruptedException {
    try {
      configs();
      TopicDescription topic =
          Objects.requireNonNull(
              admin
                  .describeTopics(List.of(wanted.name()))
                  .allTopicNames()
                  .get()
                  .get(wanted.name()));
      partitions(topic);
      replicas(topic);
    } catch (ExecutionException e) {
      throw brokers.explained("alter topic " + wanted.name(), e);
    }
    return new Topics.Repair(List.copyOf(lines), complete);
  }

  private void configs() throws InterruptedException, ExecutionException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, wanted.name());
    Config config =
        Objects.requireNonNull(
            admin.describeConfigs(List.of(resource)).all().get().get(resource), wanted.name());
    Map<String, String> changes = new HashMap<>();
    size(config, changes);
    cleanup(config, changes);
    wanted
        .retention()
        .map(time -> Long.toString(time.toMillis()))
        .filter(time -> !time.equals(value(config, TopicConfig.RETENTION_MS_CONFIG)))
        .ifPresent(time -> changes.put(TopicConfig.RETENTION_MS_CONFIG, time));
    for (Map.Entry<String, String> change : changes.entrySet()) {
      say(change.getKey(), value(config, change.getKey()), change.getValue());
    }
    if (!changes.isEmpty() && !dryRun) {
      List<AlterConfigOp> operations =
          changes.entrySet().stream()
              .map(
                  change ->
                      new AlterConfigOp(
                          new ConfigEntry(change.getKey(), change.getValue()),
                          AlterConfigOp.OpType.SET))
              .toList();
      admin.incrementalAlterConfigs(Map.of(resource, operations)).all().get();
    }
  }

  private void size(Config config, Map<String, String> changes) {
    if (wanted.maxMessageBytes() == 0) {
      return;
    }
    String bytes = value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (bytes.isEmpty()) {
      unseen(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, wanted.maxMessageBytes() + " or more");
    } else if (Long.parseLong(bytes) < wanted.maxMessageBytes()) {
      changes.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(wanted.maxMessageBytes()));
    }
  }

  private void cleanup(Config config, Map<String, String> changes) {
    String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
    switch (wanted.cleanup()) {
      case KEEP_EACH -> {
        if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
          changes.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        }
      }
      case KEEP_LAST -> {
        if (policy.isEmpty()) {
          unseen(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        } else if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
          changes.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
      }
      case ANY -> {}
    }
  }

  private void unseen(String setting, String needed) {
    complete = false;
    lines.add(
        "  %s stays as it is, since the brokers do not return it; it must be %s"
            .formatted(setting, needed));
  }

  private void partitions(TopicDescription topic) throws InterruptedException {
    int now = topic.partitions().size();
    if (now < wanted.partitions()) {
      say("partitions", Integer.toString(now), Integer.toString(wanted.partitions()));
      if (!dryRun) {
        brokers.grow(wanted.name(), wanted.partitions());
      }
    }
  }

  private void replicas(TopicDescription topic) throws InterruptedException, ExecutionException {
    int target = wanted.replicationFactor();
    List<TopicPartitionInfo> few =
        topic.partitions().stream().filter(part -> part.replicas().size() < target).toList();
    if (few.isEmpty()) {
      return;
    }
    int now = few.stream().mapToInt(part -> part.replicas().size()).min().orElse(0);
    List<Integer> ids =
        admin.describeCluster().nodes().get().stream().map(Node::id).sorted().toList();
    if (ids.size() < target) {
      complete = false;
      lines.add(
          "  replication factor stays %d: %d are wanted, the cluster has %d %s"
              .formatted(now, target, ids.size(), ids.size() == 1 ? "broker" : "brokers"));
      return;
    }
    say("replication factor", Integer.toString(now), Integer.toString(target));
    if (!dryRun) {
      Map<TopicPartition, Optional<NewPartitionReassignment>> moves = new HashMap<>();
      for (TopicPartitionInfo part : few) {
        moves.put(
            new TopicPartition(wanted.name(), part.partition()),
            Optional.of(new NewPartitionReassignment(more(part, ids, target))));
      }
      admin.alterPartitionReassignments(moves).all().get();
    }
  }

  /** Returns the existing replicas, and more on brokers that vary by partition. */
  private static List<Integer> more(TopicPartitionInfo part, List<Integer> ids, int target) {
    List<Integer> replicas = new ArrayList<>(part.replicas().stream().map(Node::id).toList());
    for (int i = 0; replicas.size() < target; i++) {
      int id = ids.get((part.partition() + 1 + i) % ids.size());
      if (!replicas.contains(id)) {
        replicas.add(id);
      }
    }
    return replicas;
  }

  private void say(String what, String from, String to) {
    String word = dryRun ? "would be changed" : "changed";
    lines.add("  " + what + " " + word + " from " + from + " to " + to);
  }

  private static String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }
}
