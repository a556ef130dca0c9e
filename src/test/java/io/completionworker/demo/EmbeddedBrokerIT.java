// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EmbeddedBrokerIT {

  private static final String TOPIC = "letters";

  @Test
  void shouldKeepPortAndDataOverARestart() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      String address = broker.bootstrapServers();
      broker.createTopic(TOPIC, 1, Map.of());
      writeInTransaction(address, "before");

      broker.restart();
      writeInTransaction(address, "after");

      assertThat(broker.bootstrapServers()).isEqualTo(address);
      assertThat(committed(address, 2)).containsExactly("before", "after");
    }
  }

  @Test
  void shouldServeWithOneOfThreeBrokersStopped() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(3, Map.of())) {
      broker.createTopic(TOPIC, 1, Map.of("min.insync.replicas", "2"));
      broker.stopBroker(1);

      writeInTransaction(broker.bootstrapServers(), "with two");
      broker.startBroker(1);

      assertThat(committed(broker.bootstrapServers(), 1)).containsExactly("with two");
    }
  }

  @Test
  @Tag("long")
  void shouldGoOnWithoutTheActiveController() throws Exception {
    ClusterLayout layout = new ClusterLayout(1, 3, false, Map.of(), Map.of());
    try (EmbeddedBroker broker = EmbeddedBroker.start(layout)) {
      for (String topic : List.of("first", TOPIC)) {
        int lost = broker.loseController();
        broker.createTopic(topic, 1, Map.of());
        broker.startController(lost);
      }
      writeInTransaction(broker.bootstrapServers(), "after both");

      assertThat(committed(broker.bootstrapServers(), 1)).containsExactly("after both");
    }
  }

  private static void writeInTransaction(String address, String value) {
    Map<String, Object> config = Map.of("bootstrap.servers", address, "transactional.id", "writer");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var written = producer.send(new ProducerRecord<>(TOPIC, "key", value));
      producer.commitTransaction();
      assertThat(written).isDone();
    }
  }

  private static List<String> committed(String address, int count) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", address, "isolation.level", "read_committed");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition(TOPIC, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<String> values = new ArrayList<>();
      Awaitility.await()
          .pollInSameThread()
          .atMost(Duration.ofMinutes(2))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> values.add(r.value()));
                return values.size() >= count;
              });
      return values;
    }
  }
}
