package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.EmbeddedBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;

class RequestTopicIT {

  private final List<Integer> heard = new CopyOnWriteArrayList<>();

  @Test
  void shouldTellHowManyPartitionsThereAreWheneverItIsAsked() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Admin admin = broker.admin();
        RequestTopic topic =
            new RequestTopic(
                "requests", Map.of("bootstrap.servers", broker.bootstrapServers()), heard::add)) {
      topic.ask();
      broker.createTopic("requests", 3, Map.of());

      await().untilAsserted(() -> assertThat(heard).containsExactly(3));

      admin.createPartitions(Map.of("requests", NewPartitions.increaseTo(5))).all().get();
      topic.ask();

      await().untilAsserted(() -> assertThat(heard).containsExactly(3, 5));
    }
  }

  @Test
  void shouldBeSilentOnceItIsClosed() {
    RequestTopic topic =
        new RequestTopic("requests", Map.of("bootstrap.servers", "127.0.0.1:1"), heard::add);
    topic.close();

    topic.ask();

    assertThat(heard).isEmpty();
  }
}
