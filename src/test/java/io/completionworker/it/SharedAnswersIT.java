// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked again is not paid for again. */
class SharedAnswersIT {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int REQUESTS = 1_000;
  private static final int DIFFERENT = 600;

  private final Stand stand =
      new Stand(Behaviour.builder().latency(Latency.fixed(Duration.ofMillis(50))).build(), 4);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldCallOnceForWhatIsAskedAgain() {
    stand.publish(0, REQUESTS, 50, SharedAnswersIT::request);
    Map<String, String> settings = Map.of("cache.ttl.ms", "600000", "async.max.in.flight", "50");
    try (SearchedWorker worker = stand.start(settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() == REQUESTS);

      assertThat(cached(worker, "hit") + cached(worker, "shared")).isEqualTo(REQUESTS - DIFFERENT);
      assertThat(cached(worker, "miss")).isEqualTo(DIFFERENT);
      assertThat(Stand.gauge(worker, RequestMeters.CACHE_BYTES.name())).isPositive();
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(stand.endpoint.total()).isLessThanOrEqualTo(REQUESTS * 605 / 1_000);
    List<CompletionUsage> free =
        outcomes.usage().stream().filter(row -> !row.getBillable()).toList();
    assertThat(free)
        .hasSize(REQUESTS - DIFFERENT)
        .allMatch(row -> Served.WORKER_HIT.equals(row.getCacheStatus()))
        .allMatch(row -> row.getAttempt() == 0 && row.getLatencyMs() == 0);
  }

  @Test
  void shouldCallForEachWhenOff() {
    stand.publish(0, 100, 50, SharedAnswersIT::request);
    try (SearchedWorker worker = stand.start(Map.of("async.max.in.flight", "50"))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 100);
      assertThat(worker.live()).isTrue();
    }
    assertThat(stand.endpoint.total()).isEqualTo(100);
  }

  /** Of ten requests in a row, the last four ask what others of them have asked. */
  private static CompletionRequest request(int number) {
    int asked = number % 10 < 6 ? number : number - 5;
    return CompletionRequest.newBuilder(Stand.request("asked-" + asked))
        .setRequestId("r-" + number)
        .build();
  }

  private static double cached(SearchedWorker worker, String result) {
    return worker
        .meters()
        .get(RequestMeters.CACHE_REQUESTS.name())
        .tag("result", result)
        .counter()
        .count();
  }
}
