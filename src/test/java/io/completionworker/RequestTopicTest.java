// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.config.WorkerConfig;
import io.completionworker.fixtures.SampleClasses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.junit.jupiter.api.Test;

class RequestTopicTest {

  private static final String NOWHERE = "127.0.0.1:1";

  @Test
  void shouldCloseTheClientThatIsBeingMadeMeanwhile() throws Exception {
    RequestTopic topic = topic(Map.of("metric.reporters", SlowReporter.class.getName()));
    topic.watch();
    SlowReporter.MADE.await();

    topic.close();

    await().until(() -> SlowReporter.CLOSED.getCount() == 0);
  }

  @Test
  void shouldCloseThoughItHasAskedNothing() {
    RequestTopic topic = topic(Map.of());

    topic.close();
    topic.ask();

    assertThat(topic.notReadyReasons()).isEmpty();
  }

  private static RequestTopic topic(Map<String, Object> more) {
    Map<String, Object> admin = new HashMap<>(more);
    admin.put("bootstrap.servers", NOWHERE);
    return new RequestTopic(
        WorkerConfig.load(
            Optional.empty(),
            Map.of("KAFKA_BOOTSTRAP_SERVERS", NOWHERE, "SCHEMA_REGISTRY_URL", "mock://a")),
        admin,
        SampleClasses.ONLY,
        partitions -> {},
        fault -> {});
  }

  /** A part of the client that is ready only when the thread that makes the client is to end. */
  public static final class SlowReporter implements MetricsReporter {

    static final CountDownLatch MADE = new CountDownLatch(1);
    static final CountDownLatch CLOSED = new CountDownLatch(1);

    @Override
    public void configure(Map<String, ?> configs) {
      MADE.countDown();
      try {
        CLOSED.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      CLOSED.countDown();
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}
  }
}
