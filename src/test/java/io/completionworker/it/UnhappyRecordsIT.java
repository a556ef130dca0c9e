// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cannot be answered is neither lost nor in the way. */
class UnhappyRecordsIT {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicBoolean keyIsBad = new AtomicBoolean();
  private final Stand stand =
      new Stand(
          Behaviour.builder()
              .respondWith(
                  call ->
                      keyIsBad.get()
                          ? Reply.error(401, "invalid_request_error", "invalid_api_key", "no")
                          : Reply.completion())
              .build(),
          2);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldGoOnBehindRecordsThatCannotBeRead() {
    stand.publishRaw("k", "no avro".getBytes(StandardCharsets.UTF_8));
    stand.publishRaw("k", null);
    stand.publishRaw("k", new byte[] {0, 0, 0, 0, 99, 1, 2, 3});
    stand.publishRaw(null, new byte[0]);
    stand.publish(0, 10, 1);

    try (SearchedWorker worker = worker(Map.of("hold.unknown.schema.ms", "2000"))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 10);
      await().atMost(LONG).until(() -> outcomes.poll().deadLetters() == 4);
      assertThat(worker.notReadyReasons()).isEmpty();
    }
  }

  @Test
  void shouldMakeAFailureOfARecordThatIsTooLarge() {
    stand.publishRaw("k", new byte[200_000]);
    stand.publish(0, 3, 1);

    try (SearchedWorker worker = worker(Map.of("async.max.record.bytes", "100000"))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 4);
      assertThat(worker.live()).isTrue();
    }
    assertThat(outcomes.all())
        .filteredOn(outcome -> outcome.kind().equals("REQUEST_TOO_LARGE"))
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.requestId()).startsWith("completion-requests-"));
  }

  @Test
  void shouldHoldTheRequestsOfABadKeyAndAnswerThemWhenItIsMended() {
    keyIsBad.set(true);
    stand.publish(0, 50, 5);

    try (SearchedWorker worker =
        worker(Map.of("hold.probe.initial.ms", "200", "hold.probe.max.ms", "200"))) {
      await()
          .atMost(LONG)
          .until(() -> worker.notReadyReasons().toString().contains("UNAUTHORIZED"));
      await().atMost(LONG).until(() -> stand.endpoint.total() > 12);
      assertThat(outcomes.poll().all()).isEmpty();

      keyIsBad.set(false);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 50);
      assertThat(worker.notReadyReasons()).isEmpty();
    }
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
  }

  @Test
  void shouldWaitForARegistryThatIsNotThereYet() {
    stand.publish(0, 20, 5);
    stand.registry.down(true);

    try (SearchedWorker worker = worker(Map.of("schema.registry.retries.wait.ms", "100"))) {
      await().atMost(LONG).until(() -> worker.notReadyReasons().toString().contains("registry"));
      assertThat(stand.endpoint.total()).isZero();

      stand.registry.down(false);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 20);
      assertThat(worker.notReadyReasons()).isEmpty();
    }
  }

  private SearchedWorker worker(Map<String, String> settings) {
    return stand.start(settings);
  }
}
