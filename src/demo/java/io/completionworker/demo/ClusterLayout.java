// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an {@link EmbeddedBroker} is made of.
 *
 * @param brokers their ids start at 0
 * @param combined whether the first brokers are the controllers; otherwise these are apart
 * @param overrides server properties of all, which win over those set here
 * @param ofBroker those of one broker, by its id, which win over all others
 */
public record ClusterLayout(
    int brokers,
    int controllers,
    boolean combined,
    Map<String, String> overrides,
    Map<Integer, Map<String, String>> ofBroker) {

  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("auto.create.topics.enable", "false"),
          // a broker that comes back is let in when its old session is over
          Map.entry("broker.session.timeout.ms", "4000"),
          Map.entry("broker.heartbeat.interval.ms", "500"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
          Map.entry("group.min.session.timeout.ms", "1000"),
          // of the streams protocol, where the brokers decide: 45 s and 5 s otherwise
          Map.entry("group.streams.session.timeout.ms", "6000"),
          Map.entry("group.streams.min.session.timeout.ms", "6000"),
          Map.entry("group.streams.heartbeat.interval.ms", "1000"),
          Map.entry("group.streams.min.heartbeat.interval.ms", "1000"),
          Map.entry("offsets.topic.num.partitions", "4"),
          Map.entry("transaction.state.log.num.partitions", "4"),
          Map.entry("transaction.state.log.min.isr", "1"),
          // how late a transaction of a killed process may end after its time
          Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"));

  private static final List<String> REPLICATED =
      List.of(
          "offsets.topic.replication.factor",
          "transaction.state.log.replication.factor",
          "share.coordinator.state.topic.replication.factor");

  /** Server properties of all. */
  Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>(DEFAULTS);
    REPLICATED.forEach(key -> properties.put(key, String.valueOf(Math.min(3, brokers))));
    properties.putAll(overrides);
    return properties;
  }
}
