// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.config.BreakerConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreakerTest {

  private static final int WINDOW = 20;
  private static final int MIN_CALLS = 10;
  private static final int PROBES = 3;
  private static final Duration OPEN = Duration.ofSeconds(2);

  private final Scene scene = new Scene();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Breaker breaker =
      new Breaker(
          new BreakerConfig(50, WINDOW, MIN_CALLS, OPEN, PROBES),
          scene.nanos(),
          new Meters(registry),
          Gates.report(scene.nanos()));

  @Test
  void shouldHaveACredentialWaitThatTheEndpointFailsAndNoOther() {
    open("a");

    assertThat(scene.wait(breaker, "a")).isEqualTo(OPEN.toNanos() + 1);
    assertThat(scene.wait(breaker, "b")).isZero();
    assertThat(lines())
        .containsExactly(
            "the endpoint fails for credential a (key a) since 2026-03-01T12:00:00Z: SERVER_ERROR,"
                + " status 500, 100 % of the last calls failed; 0 waiting; next calls at"
                + " 2026-03-01T12:00:02Z. The fault is on the provider's side. Calls go on by"
                + " themselves when the endpoint is back.");
    assertThat(breaker.count()).isEqualTo(1);
    assertThat(openings()).isEqualTo(1);
  }

  @Test
  void shouldSayThatAnEndpointIsPaidForAnswersThatAreNone() {
    for (int i = 0; i < MIN_CALLS; i++) {
      scene.round(breaker, "a", Results.billed());
    }

    assertThat(lines().get(0))
        .contains("INVALID_RESPONSE, status 200, 100 % of the last calls failed")
        .contains(", and may have been billed");
  }

  @Test
  void shouldKnowNothingOfACallThatWasNeverStarted() {
    AttemptCost cost = breaker.ended(scene.call("a"), Results.serverError());

    assertThat(cost).isEqualTo(AttemptCost.ATTEMPT);
    assertThat(breaker.kept()).isZero();
  }

  @Test
  void shouldStayClosedBelowTheLeastNumberOfCalls() {
    for (int i = 0; i < MIN_CALLS - 1; i++) {
      assertThat(scene.round(breaker, "a", Results.serverError())).isEqualTo(AttemptCost.ATTEMPT);
    }

    assertThat(scene.wait(breaker, "a")).isZero();
  }

  @Test
  void shouldCountTheAnswersBeforeTheFirstFailure() {
    for (int i = 0; i < 1_000; i++) {
      scene.round(breaker, "a", Results.answered());
    }
    for (int i = 0; i < WINDOW / 2 - 1; i++) {
      scene.round(breaker, "a", Results.serverError());
    }
    assertThat(scene.wait(breaker, "a")).as("9 of the last 20 failed").isZero();

    scene.round(breaker, "a", Results.serverError());

    assertThat(scene.wait(breaker, "a")).isPositive();
  }

  @Test
  void shouldForgetFailuresThatHaveLeftTheWindow() {
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 4; i++) {
        scene.round(breaker, "a", Results.serverError());
      }
      for (int i = 0; i < WINDOW; i++) {
        scene.round(breaker, "a", Results.answered());
      }
    }

    assertThat(openings()).isZero();
    assertThat(scene.wait(breaker, "a")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "SERVER_ERROR,      RETRY, true",
    "OVERLOADED,        RETRY, true",
    "CONNECT_FAILED,    RETRY, true",
    "CONNECTION_LOST,   RETRY, true",
    "REQUEST_TIMEOUT,   RETRY, true",
    "INVALID_RESPONSE,  RETRY, true",
    "STREAM_TRUNCATED,  RETRY, true",
    "RATE_LIMITED,      RETRY, false",
    "CONFLICT,          RETRY, false",
    "UNKNOWN,           RETRY, false",
    "BAD_REQUEST,       FAIL,  false",
    "NOT_FOUND,         FAIL,  false",
    "RESPONSE_TOO_LARGE, FAIL, false",
    "UNAUTHORIZED,      HOLD,  false",
    "QUOTA_EXHAUSTED,   HOLD,  false",
  })
  void shouldOpenForFaultsOfTheEndpointAlone(
      FailureReason reason, Disposition disposition, boolean opens) {
    for (int i = 0; i < 2 * WINDOW; i++) {
      if (scene.wait(breaker, "a") == 0) {
        scene.round(breaker, "a", Results.rejected(reason, disposition, null));
      }
    }

    assertThat(scene.wait(breaker, "a") > 0).isEqualTo(opens);
  }

  @Test
  void shouldTryAFewCallsWhenTheTimeHasCome() {
    open("a");
    scene.advance(OPEN);
    assertThat(scene.wait(breaker, "a")).isEqualTo(1);

    scene.advanceNanos(1);

    assertThat(scene.startAll(breaker, "a", 100)).isEqualTo(PROBES);
    assertThat(scene.wait(breaker, "a")).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
  }

  @Test
  void shouldUseUpNoAttemptHoweverOftenItProbes() {
    open("a");
    for (int i = 0; i < 100; i++) {
      probe();
      for (int j = 0; j < 2; j++) { // two of three decide
        assertThat(scene.endOldest(breaker, Results.serverError())).isEqualTo(AttemptCost.FREE);
      }
      assertThat(scene.endOldest(breaker, Results.serverError())).isEqualTo(AttemptCost.FREE);
      assertThat(scene.wait(breaker, "a")).isEqualTo(OPEN.toNanos() + 1);
    }
    assertThat(openings()).as("of one outage").isEqualTo(1);
  }

  @Test
  void shouldCloseWhenTheProbesAreAnswered() {
    open("a");
    probe();

    endAll(Results.answered());

    assertThat(scene.wait(breaker, "a")).isZero();
    assertThat(lines()).isEmpty();
    assertThat(breaker.count()).isZero();
  }

  @Test
  void shouldTakeNothingForAWait() {
    open("a");
    scene.advance(OPEN.plusNanos(1));
    for (int i = 0; i < 100; i++) {
      assertThat(scene.wait(breaker, "a")).isZero();
    }

    assertThat(scene.startAll(breaker, "a", 100)).isEqualTo(PROBES);
  }

  @Test
  void shouldNotCountACallFromBeforeTheOutageAsAProbe() {
    List<CompletionCall> before = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      before.add(scene.start(breaker, "a"));
    }
    open("a");
    probe();

    for (CompletionCall call : before.subList(0, 5)) {
      breaker.ended(call, Results.answered());
    }
    assertThat(scene.wait(breaker, "a")).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
    for (CompletionCall call : before.subList(5, 10)) {
      assertThat(breaker.ended(call, Results.serverError())).isEqualTo(AttemptCost.FREE);
    }
    assertThat(scene.wait(breaker, "a")).isEqualTo(Admission.UNTIL_A_CALL_ENDS);

    endAll(Results.answered());
    assertThat(scene.wait(breaker, "a")).isZero();
  }

  @Test
  void shouldTryAnotherCallForAProbeThatSaysNothing() {
    open("a");
    probe();
    for (int i = 0; i < 50; i++) {
      assertThat(scene.endOldest(breaker, Results.rateLimited(null)))
          .isEqualTo(AttemptCost.ATTEMPT);
      assertThat(scene.startAll(breaker, "a", 100)).isEqualTo(1);
    }

    endAll(Results.answered());

    assertThat(breaker.count()).isZero();
  }

  @Test
  void shouldStartWithAnEighthAndDoubleWithEachRoundTrip() {
    scene.startAll(breaker, "a", 160);
    while (scene.open() > 0) {
      scene.endOldest(breaker, Results.serverError());
    }
    probe();
    endAll(Results.answered());

    List<Integer> rounds = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      rounds.add(scene.startAll(breaker, "a", 1_000));
      endAll(Results.answered());
    }

    assertThat(rounds.get(0)).as("an eighth of those open when it opened").isBetween(18, 20);
    assertThat(rounds.get(1)).isEqualTo(2 * rounds.get(0));
    assertThat(rounds.get(2)).isEqualTo(4 * rounds.get(0));
    assertThat(rounds.get(4)).as("no bound any more").isEqualTo(1_000);
  }

  @Test
  void shouldNotWaitForCallsThatHangSinceBeforeTheOutage() {
    List<CompletionCall> hanging = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      hanging.add(scene.start(breaker, "a"));
    }
    open("a");
    probe();
    endAll(Results.answered());

    assertThat(scene.startAll(breaker, "a", 1_000)).isGreaterThanOrEqualTo(100 / 8);
    hanging.forEach(call -> breaker.ended(call, Results.serverError()));
    assertThat(breaker.count()).isZero();
  }

  @Test
  void shouldNotShowABreakerThatNobodyAsksForAnyMore() {
    open("a");
    scene.advance(Duration.ofMinutes(11));

    assertThat(lines()).isEmpty();
    assertThat(breaker.count()).isZero();
    assertThat(scene.startAll(breaker, "a", 100)).as("and still probe").isEqualTo(PROBES);
  }

  @Test
  void shouldNotOpenForAnswersThatTakeTheirTime() {
    scene.startAll(breaker, "a", WINDOW);
    scene.advance(Duration.ofMinutes(10));

    endAll(Results.answered());

    assertThat(scene.wait(breaker, "a")).isZero();
    assertThat(openings()).isZero();
  }

  private void open(String credential) {
    for (int i = 0; i < WINDOW && scene.wait(breaker, credential) == 0; i++) {
      scene.round(breaker, credential, Results.serverError());
    }
    assertThat(scene.wait(breaker, credential)).isPositive();
  }

  private void probe() {
    scene.advance(OPEN.plusNanos(1));
    assertThat(scene.startAll(breaker, "a", 100)).isEqualTo(PROBES);
  }

  private void endAll(AttemptResult result) {
    while (scene.open() > 0) {
      scene.endOldest(breaker, result);
    }
  }

  private double openings() {
    return registry.find(HealthMeters.BREAKER_OPENINGS.name()).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private List<String> lines() {
    return breaker.waits().stream().map(Wait::line).toList();
  }
}
