// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.metrics.CallMeters;
import io.completionworker.secrets.SearchedWorker;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A limit keeps to its scope, holds for all instances together, and turns nothing into failures.
 */
class LimitsIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  /** Odd, so that requests of both virtual keys stand on every partition. */
  private static final int KEYS = 51;

  private static final int REQUESTS = 1_000;

  /** Far less than either virtual key has. */
  private static final int PENDING = 100;

  private static final int PENDING_PER_SCOPE = 50;
  private static final int IN_FLIGHT = 20;

  private final Stand stand = new Stand(Behaviour.instant(), 6);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldKeepOneScopeGoingWhileAnotherIsOutOfQuota() {
    stand.endpoint.exhaust("spent");
    stand.publish(0, REQUESTS, KEYS, LimitsIT::spentOrGood);

    try (SearchedWorker worker = worker(bounded(Map.of()))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS / 2);
      assertThat(outcomes.all()).allMatch(LimitsIT::ofGoodKey);
      await()
          .atMost(LONG)
          .until(() -> worker.notReadyReasons().toString().contains("QUOTA_EXHAUSTED"));

      stand.endpoint.replenish("spent");
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
  }

  @Test
  void shouldFailTheOverflowOfAScopeWhenAskedTo() {
    stand.endpoint.exhaust("spent");
    stand.publish(0, REQUESTS, KEYS, LimitsIT::spentOrGood);

    try (SearchedWorker worker = worker(bounded(Map.of("async.scope.overflow", "fail")))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() >= REQUESTS - PENDING);
      stand.endpoint.replenish("spent");
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
      assertThat(worker.live()).isTrue();
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    List<Outcomes.Outcome> failures =
        outcomes.all().stream().filter(outcome -> !outcome.kind().equals("response")).toList();
    assertThat(failures).allMatch(failure -> failure.kind().equals("SCOPE_OVERFLOW"));
    assertThat(failures.stream().filter(failure -> !ofGoodKey(failure)).count())
        .as("all that did not fit failed, and what had its place was kept")
        .isBetween(REQUESTS / 2L - PENDING, REQUESTS / 2L - 1);
  }

  @Test
  void shouldFailWhatIsTooLargeForTheTokenLimitBeforeTheCall() {
    stand.publish(0, 10, 5, number -> allowing(number, number < 7 ? 6_000 : 10));

    try (SearchedWorker worker = worker(Map.of("rate.limit.tokens.per.minute", "5000"))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 10);
      assertThat(worker.notReadyReasons()).isEmpty();
    }
    assertThat(outcomes.all())
        .filteredOn(outcome -> outcome.kind().equals("TOKEN_LIMIT_EXCEEDED"))
        .hasSize(7)
        .allMatch(failure -> number(failure) < 7);
    assertThat(outcomes.all()).filteredOn(outcome -> outcome.kind().equals("response")).hasSize(3);
    assertThat(stand.endpoint.total()).as("only those that fit were called").isEqualTo(3);
  }

  @Test
  void shouldShareALimitWithASecondInstance() {
    double perSecond = 40;
    Map<String, String> settings =
        Map.of(
            "rate.limit.requests.per.minute", String.valueOf(60 * perSecond),
            "rate.limit.burst.ms", "1000",
            "async.max.in.flight", "100");
    stand.publish(0, 100, KEYS);
    try (SearchedWorker first = worker(settings)) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() > 40);
      try (SearchedWorker second = worker(settings)) {
        await().atMost(LONG).until(() -> second.state().equals("RUNNING"));
        stand.publish(100, 500, KEYS); // when there are two, however long that has taken
        await().atMost(LONG).until(() -> attempts(second) > 50);
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 500);
        assertThat(attempts(first)).isGreaterThan(50);
      }
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    // A burst is a second's worth of the limit for all instances together. The other second is for
    // the first call, which has a connection to wait for; what comes late otherwise only helps.
    assertCallsWithin(perSecond, 2 * perSecond);
  }

  /** Holds however slow the machine is: a call that arrives late is allowed all the more. */
  private void assertCallsWithin(double perSecond, double atOnce) {
    List<Instant> arrivals =
        stand.endpoint.calls().stream().map(RecordedCall::startedAt).sorted().toList();
    Instant first = arrivals.get(0);
    for (int i = 0; i < arrivals.size(); i++) {
      double seconds = Duration.between(first, arrivals.get(i)).toMillis() / 1_000.0;
      assertThat(i + 1.0)
          .as("calls within the first %s s", seconds)
          .isLessThanOrEqualTo(seconds * perSecond + atOnce);
    }
  }

  private static long attempts(SearchedWorker worker) {
    return worker.meters().find(CallMeters.ATTEMPTS.name()).timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private static Map<String, String> bounded(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("async.max.in.flight", String.valueOf(IN_FLIGHT));
    settings.put("async.max.pending.records", String.valueOf(PENDING));
    settings.put("async.max.pending.records.per.scope", String.valueOf(PENDING_PER_SCOPE));
    settings.put("hold.probe.initial.ms", "200");
    settings.put("hold.probe.max.ms", "200");
    return settings;
  }

  private static CompletionRequest spentOrGood(int number) {
    PortkeyOptions options =
        PortkeyOptions.newBuilder().setVirtualKey(number % 2 == 0 ? "spent" : "good").build();
    return CompletionRequest.newBuilder(Stand.request("r-" + number)).setPortkey(options).build();
  }

  private static CompletionRequest allowing(int number, int tokens) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number)).setMaxTokens(tokens).build();
  }

  private static boolean ofGoodKey(Outcomes.Outcome outcome) {
    return number(outcome) % 2 != 0;
  }

  private static int number(Outcomes.Outcome outcome) {
    return Integer.parseInt(outcome.requestId().substring("r-".length()));
  }

  private SearchedWorker worker(Map<String, String> settings) {
    return stand.start(settings);
  }
}
