// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody pays without end, and a throttle that is over in seconds fails nothing. */
class PaidCallsIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int REQUESTS = 40;
  private static final int ATTEMPTS = 5;

  private static final Reply PAID_FOR_NOTHING =
      Reply.json(200, "{\"id\":\"paid\",\"object\":\"chat.completion\"}");

  /** The breaker lets three calls through each time, and all of them fail. */
  private static final Map<String, String> SHORT_WAITS =
      Map.of("retry.initial.backoff.ms", "100", "breaker.open.ms", "50");

  /** Long enough for a kill in the middle. */
  private static final Map<String, String> LONGER_WAITS =
      Map.of("retry.initial.backoff.ms", "100", "breaker.open.ms", "300");

  private final Stand stand = new Stand(Behaviour.instant(), 6);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldEndRequestsWhoseAnswersArePaidForAndNoAnswers() {
    respond(call -> PAID_FOR_NOTHING);
    stand.publish(0, REQUESTS, REQUESTS);

    try (SearchedWorker worker = stand.start(SHORT_WAITS)) {
      await()
          .atMost(LONG)
          .until(
              () ->
                  worker
                      .notReadyReasons()
                      .toString()
                      .contains("INVALID_RESPONSE, status 200, and may"));
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() >= REQUESTS * ATTEMPTS);
    }

    assertThat(stand.endpoint.total()).isEqualTo(REQUESTS * ATTEMPTS);
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("INVALID_RESPONSE"));
    assertThat(attempts()).allMatch(numbers -> numbers.equals(List.of(1, 2, 3, 4, 5)));
  }

  @Test
  void shouldGoOnCountingWhatWasPaidForWhenKilled() {
    respond(call -> PAID_FOR_NOTHING);
    stand.publish(0, REQUESTS, REQUESTS);
    long killedAt;
    long startedBefore;
    try (WorkerProcess first = new WorkerProcess(stand, LONGER_WAITS)) {
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() > REQUESTS);
      first.kill();
      killedAt = System.currentTimeMillis();
      await().until(() -> stand.endpoint.open() == 0);
      startedBefore = stand.endpoint.total();
    }
    try (WorkerProcess second = new WorkerProcess(stand, SHORT_WAITS)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> outcomes.poll().atEnd());
      assertThat(second.alive()).isTrue();
    }

    assertThat(attempts()).allMatch(PaidCallsIT::lacksOneAtMost);
    long committed =
        outcomes.usage().stream()
            .filter(row -> row.getCompletedAt().toEpochMilli() <= killedAt)
            .count();
    assertThat(stand.endpoint.total() - outcomes.usage().size())
        .as("without a row is what had not ended, or whose end was not committed, at the kill")
        .isBetween(0L, startedBefore - committed);
    assertThat(outcomes.all())
        .as("called before and after")
        .anyMatch(Outcomes.Outcome::recovered)
        .allMatch(outcome -> Set.of("INVALID_RESPONSE", "UNKNOWN").contains(outcome.kind()));
  }

  /** A call that was open at the kill has no row, and counts if its begin was committed. */
  private static boolean lacksOneAtMost(List<Integer> numbers) {
    return numbers.size() >= ATTEMPTS - 1
        && numbers.equals(
            IntStream.rangeClosed(1, ATTEMPTS).boxed().filter(numbers::contains).toList());
  }

  /** Those that have a row, of each request in the order of their rows. */
  private Collection<List<Integer>> attempts() {
    assertThat(outcomes.repeated()).isEmpty();
    assertThat(outcomes.usage().stream().map(CompletionUsage::getCallId)).doesNotHaveDuplicates();
    Map<String, List<Integer>> attempts =
        outcomes.usage().stream()
            .collect(
                Collectors.groupingBy(
                    CompletionUsage::getRequestId,
                    Collectors.mapping(CompletionUsage::getAttempt, Collectors.toList())));
    assertThat(attempts).hasSize(REQUESTS);
    return attempts.values();
  }

  @Test
  void shouldAnswerWhatWasThrottledForSecondsByAnEndpointThatAsksForNoWait() {
    AtomicLong first = new AtomicLong();
    respond(
        call -> {
          first.compareAndSet(0, System.nanoTime());
          return System.nanoTime() - first.get() < Duration.ofSeconds(3).toNanos()
              ? Reply.error(429, "tokens", "rate_limit_exceeded", "slow down")
                  .withHeader("retry-after-ms", "0")
              : Reply.completion();
        });
    stand.publish(0, REQUESTS, REQUESTS);

    try (SearchedWorker worker = stand.start(Map.of())) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      assertThat(worker.state()).isEqualTo("RUNNING");
    }

    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
  }

  @Test
  void shouldHoldUpNeitherAnotherModelNorAnotherTierWhileOneIsThrottled() {
    respond(
        call ->
            call.text("/model").equals("throttled") && call.text("/service_tier").isEmpty()
                ? Reply.error(429, "tokens", "rate_limit_exceeded", "slow down")
                    .withHeader("retry-after", "600")
                : Reply.completion());
    stand.publish(0, 3 * REQUESTS, REQUESTS, PaidCallsIT::request);

    try (SearchedWorker worker = stand.start(Map.of("async.max.in.flight", "10"))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 2 * REQUESTS);
      assertThat(worker.state()).isEqualTo("RUNNING");
    }

    assertThat(outcomes.poll().all())
        .hasSize(2 * REQUESTS)
        .allMatch(outcome -> outcome.kind().equals("response"))
        .noneMatch(outcome -> number(outcome.requestId()) % 3 == 0);
  }

  /** Of a model that is throttled, of the same in another tier, and of another model. */
  private static CompletionRequest request(int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number))
        .setModel(number % 3 == 2 ? "other" : "throttled")
        .setServiceTier(number % 3 == 1 ? "flex" : null)
        .build();
  }

  private static int number(String requestId) {
    return Integer.parseInt(requestId.substring(2));
  }

  private void respond(Function<RecordedCall, Reply> replies) {
    stand.endpoint.behave(Behaviour.builder().respondWith(replies).build());
  }
}
