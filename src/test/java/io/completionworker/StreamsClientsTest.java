// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamsClientsTest {

  private static final Duration SHORT = Duration.ofMillis(1);

  private final StreamsClients clients =
      new StreamsClients(
          () -> {
            throw new AssertionError("no producer");
          });

  @Test
  void shouldReturnFromAPollWithoutRecordsWhenItIsWoken() {
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(new TopicPartition("t", 0)));
      consumer.wakeup();

      assertThat(consumer.poll(Duration.ofHours(1)).isEmpty()).isTrue();
    }
  }

  /** A stream thread would die of it, since it expects no wake-up. */
  @Test
  void shouldNotFailTheCallAfterAPollThatWasWokenTooLate() {
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      consumer.wakeup();

      assertThatThrownBy(() -> consumer.committed(Set.of(new TopicPartition("t", 0)), SHORT))
          .isInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void shouldStopTheLoadingOfControlsAndNothingAfterIt() {
    try (Consumer<byte[], byte[]> global =
        clients.getGlobalConsumer(Map.of("bootstrap.servers", "127.0.0.1:1"))) {
      global.assign(List.of(new TopicPartition("controls", 0)));
      global.seek(new TopicPartition("controls", 0), 0);
      assertThat(clients.loads()).isTrue();
      clients.stopLoading();

      assertThatThrownBy(() -> global.poll(Duration.ofHours(1)))
          .isInstanceOf(WakeupException.class);

      clients.loaded();
      clients.stopLoading();

      assertThat(clients.loads()).isFalse();
      assertThat(global.poll(SHORT).isEmpty()).isTrue();
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    return clients.getConsumer(Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "g"));
  }
}
