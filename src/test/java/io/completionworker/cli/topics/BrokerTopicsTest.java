// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class BrokerTopicsTest {

  private static final Node BROKER = new Node(0, "localhost", 9092);

  /** What the brokers return of the settings of each topic. */
  private final Map<String, KafkaFuture<Config>> configs = new HashMap<>();

  /** The topics of each request for settings. */
  private final List<Set<String>> requests = new ArrayList<>();

  private final BrokerTopics topics =
      new BrokerTopics(
          (Admin)
              Proxy.newProxyInstance(
                  Admin.class.getClassLoader(),
                  new Class<?>[] {Admin.class},
                  (proxy, method, arguments) ->
                      switch (method.getName()) {
                        case "describeTopics" -> described((Collection<?>) arguments[0]);
                        case "describeConfigs" -> settings((Collection<?>) arguments[0]);
                        default -> throw new UnsupportedOperationException(method.getName());
                      }),
          "localhost:9092",
          Duration.ofMinutes(1));

  @Test
  void shouldAskForTheSettingsOfAllTopicsInOneRequest() throws Exception {
    returns("a", "1000");
    returns("b", "2000");

    Map<String, Topics.Existing> existing = topics.describe(List.of("a", "b"));

    assertThat(existing)
        .containsEntry("a", existing(Optional.of(1_000)))
        .containsEntry("b", existing(Optional.of(2_000)));
    assertThat(requests).containsExactly(Set.of("a", "b"));
  }

  @Test
  void shouldKnowTheSizesOfTheTopicsWhoseSettingsMayBeRead() throws Exception {
    KafkaFutureImpl<Config> refused = new KafkaFutureImpl<>();
    refused.completeExceptionally(new TopicAuthorizationException("no"));
    configs.put("a", refused);
    returns("b", "2000");

    Map<String, Topics.Existing> existing = topics.describe(List.of("a", "b"));

    assertThat(existing)
        .containsEntry("a", existing(Optional.empty()))
        .containsEntry("b", existing(Optional.of(2_000)));
  }

  @Test
  void shouldSayThatASizeCannotBeRaisedThatTheBrokersDoNotReturn() throws Exception {
    configs.put("a", KafkaFuture.completedFuture(new Config(List.of())));

    Topics.Repair repair = topics.repair(wanted(8_000_000, Topics.Cleanup.KEEP_EACH), true);

    assertThat(repair.complete()).isFalse();
    assertThat(repair.lines())
        .containsExactly(
            "  max.message.bytes stays as it is, since the brokers do not return it;"
                + " it must be 8000000 or more");
  }

  @Test
  void shouldCompactControlsAndNotWhatIsNeededInFull() throws Exception {
    assertThat(repaired("delete", Topics.Cleanup.KEEP_LAST))
        .containsExactly("  cleanup.policy would be changed from delete to compact");
    assertThat(repaired("compact,delete", Topics.Cleanup.KEEP_LAST))
        .containsExactly("  cleanup.policy would be changed from compact,delete to compact");
    assertThat(repaired("compact", Topics.Cleanup.KEEP_LAST)).isEmpty();
    assertThat(repaired("compact", Topics.Cleanup.KEEP_EACH))
        .containsExactly("  cleanup.policy would be changed from compact to delete");
    assertThat(repaired("delete", Topics.Cleanup.KEEP_EACH)).isEmpty();
    assertThat(repaired("compact", Topics.Cleanup.ANY)).isEmpty();
    assertThat(repaired("delete", Topics.Cleanup.ANY)).isEmpty();
  }

  @Test
  void shouldSayThatAPolicyCannotBeChangedThatTheBrokersDoNotReturn() throws Exception {
    configs.put("a", KafkaFuture.completedFuture(new Config(List.of())));

    Topics.Repair repair = topics.repair(wanted(0, Topics.Cleanup.KEEP_LAST), true);

    assertThat(repair.complete()).isFalse();
    assertThat(repair.lines())
        .containsExactly(
            "  cleanup.policy stays as it is, since the brokers do not return it;"
                + " it must be compact");
  }

  private List<String> repaired(String policy, Topics.Cleanup cleanup) throws Exception {
    configs.put(
        "a",
        KafkaFuture.completedFuture(
            new Config(List.of(new ConfigEntry("cleanup.policy", policy)))));
    Topics.Repair repair = topics.repair(wanted(0, cleanup), true);
    assertThat(repair.complete()).isTrue();
    return repair.lines();
  }

  private static Topics.Wanted wanted(int bytes, Topics.Cleanup cleanup) {
    return new Topics.Wanted("a", 1, (short) 1, bytes, Optional.empty(), cleanup);
  }

  private static Topics.Existing existing(Optional<Integer> bytes) {
    return new Topics.Existing(1, 1, bytes, Optional.empty());
  }

  private void returns(String topic, String maxMessageBytes) {
    configs.put(
        topic,
        KafkaFuture.completedFuture(
            new Config(List.of(new ConfigEntry("max.message.bytes", maxMessageBytes)))));
  }

  private static DescribeTopicsResult described(Collection<?> names) {
    Map<String, KafkaFuture<TopicDescription>> found = new HashMap<>();
    for (Object name : names) {
      List<TopicPartitionInfo> partitions =
          List.of(new TopicPartitionInfo(0, BROKER, List.of(BROKER), List.of(BROKER)));
      TopicDescription topic = new TopicDescription(name.toString(), false, partitions);
      found.put(name.toString(), KafkaFuture.completedFuture(topic));
    }
    return new DescribeTopicsResult(null, found) {};
  }

  private DescribeConfigsResult settings(Collection<?> resources) {
    Map<ConfigResource, KafkaFuture<Config>> found = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (Object resource : resources) {
      String name = ((ConfigResource) resource).name();
      names.add(name);
      found.put((ConfigResource) resource, configs.getOrDefault(name, new KafkaFutureImpl<>()));
    }
    requests.add(names);
    return new DescribeConfigsResult(found) {};
  }
}
