// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.config.WorkerConfig;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SampleClasses;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TopologyException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RequestTopicIT {

  private static final String REQUESTS = "completion-requests";

  private final List<Integer> heard = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();

  @Test
  void shouldTellHowManyPartitionsThereAreWheneverItIsAsked() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Admin admin = broker.admin();
        RequestTopic topic = topic(broker.bootstrapServers())) {
      topic.watch();
      broker.createTopic(REQUESTS, 3, Map.of());

      await().untilAsserted(() -> assertThat(heard).containsExactly(3));

      admin.createPartitions(Map.of(REQUESTS, NewPartitions.increaseTo(5))).all().get();
      topic.ask();

      await().untilAsserted(() -> assertThat(heard).containsExactly(3, 5));
      assertThat(faults).as("without a changelog nothing is wrong").isEmpty();
    }
  }

  @Test
  @Tag("long")
  void shouldSayOnceThatPartitionsWereAddedAndThatTheTopicIsGone() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Admin admin = broker.admin();
        RequestTopic grown = topic(broker.bootstrapServers());
        RequestTopic deleted = topic(broker.bootstrapServers())) {
      broker.createTopic(REQUESTS, 3, Map.of());
      deleted.watch();
      await().until(() -> heard.equals(List.of(3)));
      broker.createTopic("completion-worker-usage-windows-changelog", 2, Map.of());
      StreamsException death =
          new StreamsException("Existing internal topic has invalid partitions");

      Optional<String> line = grown.explain(new StreamsException(death));

      assertThat(line).get().asString().contains("3 partitions").contains("topics repartition");
      grown.ask();
      assertThat(grown.explain(new TopologyException("incorrectly partitioned"))).isEqualTo(line);
      assertThat(faults).containsExactly(line.orElseThrow());
      assertThat(grown.explain(new StreamsException("another"))).isEmpty();

      admin
          .deleteTopics(List.of("completion-worker-usage-windows-changelog", REQUESTS))
          .all()
          .get();

      await().untilAsserted(() -> assertThat(faults).last().asString().contains("was deleted"));
      assertThat(deleted.explain(new MissingSourceTopicException("gone")))
          .get()
          .isEqualTo(faults.get(faults.size() - 1));
    }
  }

  private RequestTopic topic(String servers) {
    return new RequestTopic(
        WorkerConfig.load(
            Optional.empty(),
            Map.of("KAFKA_BOOTSTRAP_SERVERS", servers, "SCHEMA_REGISTRY_URL", "mock://a")),
        Map.of("bootstrap.servers", servers),
        SampleClasses.ONLY,
        heard::add,
        faults::add);
  }

  @Test
  void shouldBeSilentOnceItIsClosed() {
    RequestTopic topic = topic("127.0.0.1:1");
    topic.close();

    topic.ask();

    assertThat(heard).isEmpty();
  }
}
