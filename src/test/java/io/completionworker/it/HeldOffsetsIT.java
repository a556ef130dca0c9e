// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same with a committed offset that waits for outcomes. */
@Tag("long")
class HeldOffsetsIT extends ExactlyOnceIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int OPEN = 20;

  @Override
  String offsets() {
    return "answered";
  }

  @Test
  void shouldHoldTheOffsetBackUntilARequestIsOpenForLong() {
    stand.endpoint.hang();
    stand.publish(0, OPEN, OPEN);
    Map<String, String> settings =
        Map.of("async.offsets", offsets(), "async.spill.after.ms", "8000");
    try (SearchedWorker worker = stand.start(settings)) {
      await().atMost(LONG).until(() -> stand.endpoint.open() == OPEN);
      assertThat(committed()).as("all are open").isZero();

      await().atMost(LONG).until(() -> committed() == OPEN);
      assertThat(worker.state()).isEqualTo("RUNNING");
    }
  }

  @Test
  void shouldHoldNothingBackAfterAStopInGoodOrder() {
    stand.endpoint.hang();
    stand.publish(0, OPEN, OPEN);
    Map<String, String> settings = Map.of("async.offsets", offsets(), "shutdown.drain.ms", "100");
    try (SearchedWorker worker = stand.start(settings)) {
      await().atMost(LONG).until(() -> stand.endpoint.open() == OPEN);
      assertThat(worker.state()).isEqualTo("RUNNING");
    }

    assertThat(committed()).isEqualTo(OPEN);
  }

  private long committed() {
    try (Admin admin = stand.broker.admin()) {
      return admin
          .listConsumerGroupOffsets("completion-worker")
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
