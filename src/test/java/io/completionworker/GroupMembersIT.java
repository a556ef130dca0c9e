// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process has died if it is in no group of its worker's classes. */
class GroupMembersIT {

  private static final String REQUESTS = "completion-requests-urgent";

  /** A stream thread, as Kafka Streams names them. */
  private static final String THREAD = "completion-worker-urgent-1-StreamThread-1";

  private final EmbeddedBroker broker = SharedBroker.borrow();
  private final WorkerSettings settings =
      WorkerConfig.load(
          Optional.empty(),
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
              "SCHEMA_REGISTRY_URL", "mock://a",
              "CLASSES", "urgent,standard,bulk"));

  @AfterEach
  void giveBack() {
    SharedBroker.giveBack(broker);
  }

  @Test
  void shouldFindAProcessInTheGroupOfItsClassThoughOtherGroupsAreNotThere() throws Exception {
    broker.createTopic(REQUESTS, 1, Map.of());
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.subscribe(List.of(REQUESTS));
      await()
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
              });

      assertThat(isAlive(THREAD)).isTrue();
      assertThat(isAlive("completion-worker-urgent-2-StreamThread-1")).isFalse();
    }
  }

  @Test
  void shouldTakeAProcessForDeadIfNoneOfTheGroupsIsThere() throws Exception {
    assertThat(isAlive(THREAD)).isFalse();
  }

  private boolean isAlive(String thread) throws Exception {
    try (GroupMembers members = new GroupMembers(settings, System::nanoTime)) {
      return members
          .isAlive(PoisonRule.name(thread, "random"))
          .toCompletableFuture()
          .get(1, TimeUnit.MINUTES);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "group.id",
            "completion-worker-urgent",
            "client.id",
            THREAD + "-consumer"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
