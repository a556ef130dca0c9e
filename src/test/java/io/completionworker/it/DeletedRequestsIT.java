// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static io.completionworker.it.StartMessages.LOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests that are deleted from their topic before they were read are not lost in silence. */
class DeletedRequestsIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void shouldCountWhatRetentionDeletedUnreadAndGoOnBehindIt() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 1);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.endpoint.hang();
      Map<String, String> few =
          Map.of("async.max.in.flight", "5", "async.max.pending.records", "10");
      try (SearchedWorker worker = stand.start(few)) {
        stand.publish(0, 1_000, 10);
        await().atMost(LONG).until(() -> stand.endpoint.open() == 5);

        delete(stand, 900);

        await().atMost(LONG).until(() -> deleted(worker) > 0);
        assertThat(deleted(worker)).as("not those that were accepted").isBetween(1.0, 900.0);
        stand.endpoint.release();
        await().atMost(LONG).until(() -> outcomes.poll().distinct() >= 100);
        assertThat(worker.live()).isTrue();
      }
    }
  }

  @Test
  @Tag("long")
  void shouldSayAtTheStartWhatRetentionDeletedMeanwhile() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 1);
        Outcomes outcomes = new Outcomes(stand)) {
      try (SearchedWorker worker = stand.start(Map.of())) {
        stand.publish(0, 10, 10);
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 10);
        assertThat(worker.live()).isTrue();
      }
      stand.publish(10, 50, 10);
      delete(stand, 40);

      try (RunningCommand check =
          new CommandThread(
              stand.directory, List.of("check", "--config", stand.file(Map.of()).toString()))) {
        check.await();
        assertThat(check.out().lines().filter(line -> line.contains(" start: ")))
            .singleElement()
            .asString()
            .matches(".*" + LOST.pattern());
      }
    }
  }

  private static double deleted(SearchedWorker worker) {
    return worker.meters().get(RequestMeters.DELETED.name()).counter().count();
  }

  private static void delete(Stand stand, long before) throws Exception {
    try (Admin admin = stand.broker.admin()) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition("completion-requests", 0),
                  RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    }
  }
}
