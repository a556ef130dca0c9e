// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class BrokerContactTest {

  private final Map<MetricName, Metric> metrics = new HashMap<>();
  private long nanos = 1;
  private final BrokerContact brokers = new BrokerContact(() -> metrics, () -> nanos);

  @Test
  void shouldSayNothingWithoutAConsumer() {
    assertThat(brokers.notReadyReason()).isEmpty();
  }

  @Test
  void shouldSayThatNoBrokerIsConnected() {
    consumer("worker-StreamThread-1-consumer", 0, 7);

    assertThat(brokers.notReadyReason()).contains("no Kafka broker is connected");
  }

  @Test
  void shouldSayHowLongNoBrokerHasAnswered() {
    consumer("worker-StreamThread-1-consumer", 1, 7);
    assertThat(brokers.notReadyReason()).isEmpty();
    advance(10);
    assertThat(brokers.notReadyReason()).isEmpty();
    advance(10);
    assertThat(brokers.notReadyReason()).contains("no Kafka broker has answered for 20 s");

    consumer("worker-StreamThread-1-consumer", 1, 8);
    assertThat(brokers.notReadyReason()).isEmpty();
  }

  @Test
  void shouldNotTakeALongTimeWithoutAQuestionForSilence() {
    consumer("worker-StreamThread-1-consumer", 1, 7);
    assertThat(brokers.notReadyReason()).isEmpty();
    advance(3_600);
    consumer("worker-StreamThread-1-consumer", 1, 5_000);

    assertThat(brokers.notReadyReason()).isEmpty();
  }

  @Test
  void shouldNotListenToTheConsumerThatRestores() {
    consumer("worker-StreamThread-1-consumer", 0, 7);
    consumer("worker-StreamThread-1-restore-consumer", 3, 7);

    assertThat(brokers.notReadyReason()).contains("no Kafka broker is connected");
  }

  private void advance(int seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  private void consumer(String client, double connections, double answers) {
    put("connection-count", client, connections);
    put("response-total", client, answers);
  }

  private void put(String name, String client, double value) {
    MetricName key = new MetricName(name, "consumer-metrics", "", Map.of("client-id", client));
    metrics.put(
        key,
        new Metric() {
          @Override
          public MetricName metricName() {
            return key;
          }

          @Override
          public Object metricValue() {
            return value;
          }
        });
  }
}
