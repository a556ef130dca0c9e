// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.cli.clients.ClientSettings;
import io.completionworker.cli.group.WorkerGroup;
import io.completionworker.cli.group.WorkerReadiness;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.StartPosition;
import io.completionworker.cli.topics.Topics;
import io.completionworker.cli.topics.TopicsException;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The brokers, the topics on them, and the group. */
record BrokerCheck(WorkerSettings settings, Duration timeout, Function<Throwable, String> words)
    implements Callable<List<Finding>> {

  @Override
  public List<Finding> call() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try (BrokerTopics broker = BrokerTopics.connect(settings.kafka(), timeout)) {
      BrokerTopics.Cluster cluster = broker.cluster();
      String brokers = cluster.brokers() == 1 ? " broker" : " brokers";
      findings.add(
          Finding.ok("broker", "cluster " + cluster.id() + ", " + cluster.brokers() + brokers));
      findings.addAll(topics(broker));
      findings.add(group(broker));
      start(broker).ifPresent(findings::add);
      findings.add(
          GroupFinding.of(
              new WorkerGroup(settings, broker), new WorkerReadiness(settings.management())));
    } catch (TopicsException e) {
      String line = words.apply(e);
      String see = line.endsWith(ClientSettings.SEE) ? "" : ClientSettings.SEE;
      findings.add(Finding.fail("broker", line + see));
      findings.add(Finding.warn("topics", "not looked at, for want of a broker"));
      findings.add(Finding.warn("group", "not looked at, for want of a broker"));
    }
    return findings;
  }

  private List<Finding> topics(BrokerTopics broker) throws InterruptedException {
    try {
      return TopicFindings.of(settings, broker.describe(TopicFindings.names(settings)));
    } catch (TopicsException e) {
      String grant = "; the principal needs DESCRIBE and DESCRIBE_CONFIGS on the topics";
      return List.of(Finding.fail("topics", words.apply(e) + grant));
    }
  }

  /** What `run` would say of it; nothing when the topic is missing, which another line says. */
  private Optional<Finding> start(BrokerTopics broker) throws InterruptedException {
    String requests = settings.topics().requests();
    try {
      Topics.Existing topic = broker.describe(List.of(requests)).get(requests);
      if (topic == null) {
        return Optional.empty();
      }
      StartPosition.Decision start =
          new StartPosition(settings, broker, topic.partitions()).decide();
      return Optional.of(
          start instanceof StartPosition.Undecided
              ? Finding.fail("start", start.text())
              : Finding.ok("start", start.text()));
    } catch (TopicsException e) {
      return Optional.of(Finding.warn("start", "not looked at: " + words.apply(e)));
    }
  }

  private Finding group(BrokerTopics broker) throws InterruptedException {
    String group = settings.group();
    try {
      broker.readOffsets(group);
      return Finding.ok("group", group + " may be read");
    } catch (TopicsException e) {
      String grant = "; the principal needs READ on the group " + group;
      return Finding.fail("group", words.apply(e) + grant);
    }
  }
}
