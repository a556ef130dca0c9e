// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sums of usage windows are those of the usage rows. */
class UsageWindowsIT {

  private static final int REQUESTS = 500;
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String PRICES =
      """
      {
        "header": {"source": "a test", "as_of": "2026-01-01", "currency": "EUR"},
        "prices": [
          {"model": "gpt-4o-mini*", "input": 0.1, "output": 0.2, "cached_input": 0.05,
           "reasoning": 0.3}
        ]
      }
      """;

  private final Stand stand =
      new Stand(
          Behaviour.builder()
              .latency(Latency.fixed(Duration.ofMillis(500)))
              .errors(new ErrorMix(0.1, 0, 0, 0.05, 0.15, Duration.ZERO))
              .build(),
          3);
  private final Outcomes outcomes = new Outcomes(stand);
  private final UsageSums sums = new UsageSums(stand);

  @AfterEach
  void close() {
    sums.close();
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldHaveTheSumsOfTheUsageTopicWhenKilledMidFlight() throws IOException {
    Map<String, String> settings = settings();
    stand.publish(0, REQUESTS, 50, UsageWindowsIT::request);
    try (WorkerProcess first = new WorkerProcess(stand, settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > REQUESTS / 3);
      stand.endpoint.hang(); // so that it is killed on the way, however late the first sums come
      await().atMost(LONG).until(() -> !sums.poll().last().isEmpty());
      first.kill();
    }
    stand.endpoint.release();
    assertThat(outcomes.poll().distinct()).isLessThan(REQUESTS);
    try (WorkerProcess second = new WorkerProcess(stand, settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> calls() >= outcomes.poll().usage().size());
      assertThat(second.alive()).isTrue();
    }

    assertThat(outcomes.repeated()).isEmpty();
    assertThat(outcomes.usage()).hasSizeGreaterThan(REQUESTS);
    assertThat(outcomes.usage())
        .as("a stream that was cut off behind its usage")
        .anyMatch(row -> "STREAM_TRUNCATED".equals(row.getReason()) && row.getCost() != null);
    assertThat(outcomes.usage())
        .as("the first token of a stream, and nothing of the kind of another answer")
        .anyMatch(UsageWindowsIT::firstTokenInTime)
        .anyMatch(row -> row.getTimeToFirstTokenMs() == null && row.getReason() == null);
    assertThat(sums.poll().byUser()).isEqualTo(UsageSums.byUser(outcomes.usage()));
    assertThat(sums.byUser()).hasSize(5).allSatisfy((user, sum) -> assertThatItIsWhole(sum));
  }

  private static boolean firstTokenInTime(CompletionUsage row) {
    Long took = row.getTimeToFirstTokenMs();
    return took != null && took > 0 && took <= row.getLatencyMs();
  }

  /** Else equal sums would say little. */
  private static void assertThatItIsWhole(UsageSums.Sums sum) {
    assertThat(sum.cost()).isPositive();
    assertThat(sum.unpriced()).as("time-outs and cut streams").isPositive();
    assertThat(sum.tokens().reasoning()).isPositive();
    assertThat(sum.tokens().cached()).isPositive();
    assertThat(sum.answered()).isPositive().isLessThan(sum.calls());
  }

  private Map<String, String> settings() throws IOException {
    Path prices = Files.writeString(stand.directory.resolve("prices.json"), PRICES);
    return Map.of(
        "usage.window.ms", "2000",
        "usage.window.grace.ms", "5000",
        "usage.group.by", "user",
        "usage.prices.file", prices.toString(),
        "async.max.in.flight", "30",
        "retry.max.attempts", "4",
        "retry.initial.backoff.ms", "50",
        "breaker.open.ms", "500");
  }

  private long calls() {
    return sums.poll().last().stream().mapToLong(UsageWindow::getCalls).sum();
  }

  private static CompletionRequest request(int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number))
        .setUser("u-" + number % 5)
        .setReasoningEffort("low")
        .setExtraBody("{\"prompt_cache_key\":\"k\"}")
        .setStream(number % 2 == 0)
        .build();
  }
}
