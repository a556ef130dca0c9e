// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.async.outbox.CallHistory;
import io.completionworker.demo.endpoint.Behaviour;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that were open when their process was killed are counted by the next one. */
@Tag("long")
class DeathsIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String HISTORY = "completion-worker-marks-changelog";

  private final Stand stand = new Stand(Behaviour.instant(), 1);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldCallNoRequestMoreOftenThanItsAttemptsAllowThoughItsProcessIsKilledEachTime() {
    Map<String, String> settings = Map.of("retry.max.attempts", "3", "async.poison.deaths", "0");
    stand.endpoint.hang();
    stand.publish(0, 1, 1);
    for (int calls = 1; calls <= 3; calls++) {
      callAndKill(settings, calls);
    }

    try (WorkerProcess last = new WorkerProcess(stand, settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 1);
      assertThat(last.alive()).isTrue();
    }
    assertThat(stand.endpoint.total()).isEqualTo(3);
    assertThat(outcomes.all()).extracting(Outcomes.Outcome::kind).containsExactly("UNKNOWN");
  }

  @Test
  void shouldMakeADeadLetterOfARequestThatKilledThreeProcesses() {
    stand.endpoint.hang();
    stand.publish(0, 1, 1);
    for (int calls = 1; calls <= 3; calls++) {
      callAndKill(Map.of(), calls);
    }
    stand.endpoint.release();
    stand.publish(1, 10, 1);

    try (WorkerProcess last = new WorkerProcess(stand, Map.of());
        KafkaConsumer<String, byte[]> dead = stand.committed("completion-dead-letters")) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 9);
      await().atMost(LONG).until(() -> !dead.poll(Duration.ofMillis(100)).isEmpty());
      assertThat(last.alive()).isTrue();
    }
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(stand.endpoint.total()).isEqualTo(3 + 9);
  }

  /** Kills a worker when it is on record that the request has had so many calls. */
  private void callAndKill(Map<String, String> settings, int calls) {
    try (WorkerProcess worker = new WorkerProcess(stand, new HashMap<>(settings));
        KafkaConsumer<String, byte[]> history = stand.committed(HISTORY)) {
      await()
          .atMost(LONG)
          .until(
              () -> {
                boolean noted = false;
                for (ConsumerRecord<String, byte[]> record : history.poll(Duration.ofMillis(100))) {
                  noted |= calls(record) == calls;
                }
                return noted;
              });
      await().atMost(LONG).until(() -> stand.endpoint.total() == calls);
      worker.kill();
    }
  }

  /** Calls of the request at offset 0, open ones included, by a record of the changelog. */
  private static int calls(ConsumerRecord<String, byte[]> record) {
    byte[] value = record.value();
    if (value == null || !isHistory(record)) {
      return 0;
    }
    CallHistory.Entry entry = CallHistory.decode(value).of(0);
    return entry == null ? 0 : entry.calls();
  }

  /** Its key ends with -1, which is no text. */
  private static boolean isHistory(ConsumerRecord<String, byte[]> record) {
    return record.key() != null && record.key().endsWith("\uFFFD");
  }
}
