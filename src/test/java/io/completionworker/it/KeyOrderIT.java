// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With {@code async.ordering=key}, the outcomes of a key stand in the order of its requests. */
class KeyOrderIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int KEYS = 20;
  private static final int EACH = 200;
  private static final int REQUESTS = KEYS * EACH;

  @Test
  void shouldKeepTheOrderOfEveryKeyOverFailuresARebalanceAndAKill() {
    Behaviour shaky =
        Behaviour.builder()
            .latency(Latency.logNormal(Duration.ofMillis(20), 0.5))
            .errors(new ErrorMix(0.03, 0.02, 0, 0.02, 0.02, Duration.ofMillis(50)))
            .build();
    Map<String, String> settings =
        Map.of(
            "async.ordering", "key",
            "retry.max.attempts", "20",
            "retry.initial.backoff.ms", "20",
            "retry.max.backoff.ms", "100");
    try (Stand stand = new Stand(shaky, 6);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, REQUESTS, KEYS, KeyOrderIT::streamedInPart);
      try (WorkerProcess first = new WorkerProcess(stand, settings)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() > REQUESTS / 6);
        try (SearchedWorker second = stand.start(settings)) {
          await().atMost(LONG).until(() -> second.state().equals("RUNNING"));
          await().atMost(LONG).until(() -> outcomes.poll().distinct() > REQUESTS / 3);
          first.kill();
          await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
        }
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
      for (int key = 0; key < KEYS; key++) {
        assertThat(requestsOf(outcomes, "k-" + key)).containsExactlyElementsOf(published(key));
      }
    }
  }

  /** Every key has as many streamed requests as others. */
  private static CompletionRequest streamedInPart(int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number))
        .setStream(number / KEYS % 2 == 0)
        .build();
  }

  private static List<String> requestsOf(Outcomes outcomes, String key) {
    return outcomes.all().stream()
        .filter(outcome -> outcome.key().equals(key))
        .map(Outcomes.Outcome::requestId)
        .toList();
  }

  private static List<String> published(int key) {
    return IntStream.range(0, REQUESTS)
        .filter(i -> i % KEYS == key)
        .mapToObj(i -> "r-" + i)
        .toList();
  }
}
