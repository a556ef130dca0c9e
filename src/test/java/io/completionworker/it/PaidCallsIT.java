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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody pays without end, and a throttle that is over in seconds fails nothing. */
class PaidCallsIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int REQUESTS = 40;
  private static final int ATTEMPTS = 5;

  private final Stand stand = new Stand(Behaviour.instant(), 6);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldEndRequestsWhoseAnswersArePaidForAndNoAnswers() {
    respond(call -> Reply.json(200, "{\"id\":\"paid\",\"object\":\"chat.completion\"}"));
    stand.publish(0, REQUESTS, REQUESTS);
    Map<String, String> shortWaits =
        Map.of("retry.initial.backoff.ms", "100", "breaker.open.ms", "300");

    try (SearchedWorker worker = stand.start(shortWaits)) {
      await()
          .atMost(LONG)
          .until(
              () ->
                  worker.hindrances().toString().contains("INVALID_RESPONSE, status 200, and may"));
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() >= REQUESTS * ATTEMPTS);
    }

    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("INVALID_RESPONSE"));
    assertThat(stand.endpoint.total()).isEqualTo(REQUESTS * ATTEMPTS);
    Map<String, List<Integer>> attempts =
        outcomes.usage().stream()
            .collect(
                Collectors.groupingBy(
                    CompletionUsage::getRequestId,
                    Collectors.mapping(CompletionUsage::getAttempt, Collectors.toList())));
    assertThat(attempts).hasSize(REQUESTS);
    assertThat(attempts.values()).allMatch(numbers -> numbers.equals(List.of(1, 2, 3, 4, 5)));
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
