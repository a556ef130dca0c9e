// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.HoldConfig.Action;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HoldTest {

  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final int WINDOW = 10;

  private final Scene scene = new Scene();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Hold hold = hold(Action.WAIT, 0.8);

  @Test
  void shouldHoldACredentialWhoseAccountIsRefusedAndNoOther() {
    scene.round(hold, "a", Results.unauthorized());

    assertThat(scene.wait(hold, "a")).isEqualTo(FIRST.toNanos());
    assertThat(scene.wait(hold, "b")).isZero();
    assertThat(lines(hold))
        .containsExactly(
            "credential a (key a) is on hold since 2026-03-01T12:00:00Z: UNAUTHORIZED, status 500,"
                + " \"it went wrong\"; 0 waiting; next probe at 2026-03-01T12:00:05Z. Fix the"
                + " key where it was issued, or set a new one and restart the worker."
                + " Its requests go on by themselves once a probe is let in.");
    assertThat(hold.count()).isEqualTo(1);
  }

  @Test
  void shouldProbeWithSingleCallsEverMoreRarely() {
    scene.round(hold, "a", Results.unauthorized());
    scene.advance(FIRST);
    assertThat(scene.startAll(hold, "a", 9)).isEqualTo(1);
    assertThat(scene.wait(hold, "a")).isEqualTo(FIRST.multipliedBy(2).toNanos());
    assertThat(scene.endOldest(hold, Results.unauthorized())).isEqualTo(AttemptCost.FREE);

    scene.advance(FIRST.multipliedBy(2));
    assertThat(scene.startAll(hold, "a", 9)).isEqualTo(1);

    assertThat(scene.wait(hold, "a")).isEqualTo(LONGEST.toNanos());
  }

  @Test
  void shouldReleaseAfterAProbeThatIsAnswered() {
    scene.round(hold, "a", Results.unauthorized());
    scene.advance(FIRST);

    scene.round(hold, "a", Results.answered());

    assertThat(scene.wait(hold, "a")).isZero();
    assertThat(lines(hold)).isEmpty();
    assertThat(hold.count()).isZero();
  }

  @Test
  void shouldReleaseAfterARefusalThatIsTheRequestsFault() {
    scene.round(hold, "a", Results.unauthorized());
    scene.advance(FIRST);

    scene.round(hold, "a", Results.badRequest());

    assertThat(scene.wait(hold, "a")).isZero();
  }

  @Test
  void shouldNotTakeARequestThatWasNeverSentForTheEndOfAHold() {
    scene.round(hold, "a", Results.unauthorized());
    scene.advance(FIRST);

    assertThat(scene.round(hold, "a", neverSent())).isEqualTo(AttemptCost.FREE);

    assertThat(scene.wait(hold, "a")).isPositive();
  }

  @Test
  void shouldNotTakeAnAnswerFromBeforeTheHoldForItsEnd() {
    CompletionCall before = scene.start(hold, "a");
    scene.round(hold, "a", Results.unauthorized());

    assertThat(hold.ended(before, Results.answered())).isEqualTo(AttemptCost.ATTEMPT);

    assertThat(scene.wait(hold, "a")).isPositive();
  }

  @Test
  void shouldGoOnHoldingWhenAProbeSaysNothingOfTheAccount() {
    scene.round(hold, "a", Results.unauthorized());
    scene.advance(FIRST);

    assertThat(scene.round(hold, "a", Results.serverError())).isEqualTo(AttemptCost.FREE);

    assertThat(scene.wait(hold, "a")).isPositive();
  }

  @Test
  void shouldCountAHoldOnceUntilItIsReleased() {
    scene.startAll(hold, "a", 3);
    for (int i = 0; i < 3; i++) {
      scene.endOldest(hold, Results.unauthorized());
    }
    assertThat(holds("UNAUTHORIZED")).isEqualTo(1);

    scene.advance(FIRST);
    scene.round(hold, "a", Results.answered());
    scene.round(hold, "a", Results.unauthorized());

    assertThat(holds("UNAUTHORIZED")).isEqualTo(2);
  }

  @Test
  void shouldNotShowAHoldThatNobodyAsksForAnyMore() {
    scene.round(hold, "a", Results.unauthorized());
    scene.advance(FIRST.plus(LONGEST.multipliedBy(2)).plusNanos(1));
    assertThat(lines(hold)).isEmpty();
    assertThat(hold.count()).isZero();

    scene.round(hold, "a", Results.unauthorized());

    assertThat(lines(hold)).as("somebody asked again").hasSize(1);
  }

  @Test
  void shouldHoldWhenNearlyAllFailForTheSameReason() {
    scene.round(hold, "a", Results.answered());
    for (int i = 0; i < 8; i++) {
      scene.round(hold, "a", Results.badRequest());
    }
    assertThat(scene.wait(hold, "a")).as("the window is not full").isZero();

    scene.round(hold, "a", Results.badRequest());

    assertThat(scene.wait(hold, "a")).isEqualTo(FIRST.toNanos());
    assertThat(lines(hold).get(0))
        .startsWith(
            "credential a (key a) is on hold by the failure cutoff since 2026-03-01T12:00:00Z:"
                + " BAD_REQUEST, status 500, 9 of the last 10 requests failed with it, see"
                + " hold.brake.share; ")
        .as("words about requests may quote prompts")
        .doesNotContain("it went wrong");
    assertThat(holds("BAD_REQUEST")).isEqualTo(1);
  }

  @Test
  void shouldCountTheAnswersBeforeTheFirstFailure() {
    for (int i = 0; i < 1_000; i++) {
      scene.round(hold, "a", Results.answered());
    }
    for (int i = 0; i < 8; i++) {
      scene.round(hold, "a", Results.badRequest());
    }
    assertThat(scene.wait(hold, "a")).as("8 of 10 are not more than the share").isZero();

    scene.round(hold, "a", Results.badRequest());

    assertThat(scene.wait(hold, "a")).isPositive();
  }

  @Test
  void shouldNotBrakeForFailuresOfManyReasons() {
    for (int i = 0; i < 5 * WINDOW; i++) {
      FailureReason reason = i % 2 == 0 ? FailureReason.BAD_REQUEST : FailureReason.NOT_FOUND;
      scene.round(hold, "a", Results.rejected(reason, Disposition.FAIL, null));
    }

    assertThat(scene.wait(hold, "a")).isZero();
  }

  @Test
  void shouldNotBrakeForWhatIsTriedAgainOrWasNeverSent() {
    for (int i = 0; i < 5 * WINDOW; i++) {
      scene.round(hold, "a", Results.serverError());
      scene.round(hold, "a", neverSent());
    }

    assertThat(scene.wait(hold, "a")).isZero();
  }

  @Test
  void shouldEmptyNothingIntoFailuresWhileItBrakes() {
    CompletionCall before = scene.start(hold, "a");
    brake();
    assertThat(hold.ended(before, Results.badRequest())).isEqualTo(AttemptCost.AGAIN);

    for (int i = 0; i < 10; i++) {
      scene.advance(LONGEST);
      AttemptResult refused =
          i % 2 == 0
              ? Results.badRequest()
              : Results.rejected(FailureReason.NOT_FOUND, Disposition.FAIL, null);
      assertThat(scene.round(hold, "a", refused)).isEqualTo(AttemptCost.AGAIN);
      assertThat(scene.wait(hold, "a")).isPositive();
    }
  }

  @Test
  void shouldLetARequestFailThatCannotBeSentWhileItBrakes() {
    brake();
    scene.advance(FIRST);

    assertThat(scene.round(hold, "a", neverSent())).isEqualTo(AttemptCost.FREE);
  }

  @Test
  void shouldBeginAnewAfterAnAnswerReleasesTheBrake() {
    brake();
    scene.advance(FIRST);
    scene.round(hold, "a", Results.answered());
    assertThat(scene.wait(hold, "a")).isZero();

    for (int i = 0; i < WINDOW - 1; i++) {
      scene.round(hold, "a", Results.badRequest());
    }

    assertThat(scene.wait(hold, "a")).as("the window is not full again").isZero();
  }

  @Test
  void shouldNotBrakeWithoutAShare() {
    Hold off = hold(Action.WAIT, 0);
    for (int i = 0; i < 5 * WINDOW; i++) {
      assertThat(scene.round(off, "a", Results.badRequest())).isEqualTo(AttemptCost.ATTEMPT);
    }

    assertThat(scene.wait(off, "a")).isZero();
  }

  @Test
  void shouldHoldNobodyWhenTheyAreToFail() {
    Hold off = hold(Action.FAIL, 0.8);
    for (int i = 0; i < 5 * WINDOW; i++) {
      scene.round(off, "a", Results.badRequest());
    }
    scene.round(off, "a", Results.unauthorized());

    assertThat(scene.wait(off, "a")).isZero();
    assertThat(lines(off)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(FailureReason.class)
  void shouldBrakeForEveryReason(FailureReason reason) {
    for (int i = 0; i < WINDOW; i++) {
      scene.round(hold, "a", Results.rejected(reason, Disposition.FAIL, null));
    }

    assertThat(scene.wait(hold, "a")).isPositive();
  }

  private void brake() {
    for (int i = 0; i < WINDOW; i++) {
      scene.round(hold, "a", Results.badRequest());
    }
    assertThat(scene.wait(hold, "a")).isPositive();
  }

  private Hold hold(Action action, double share) {
    return new Hold(
        new HoldConfig(action, FIRST, LONGEST, share, WINDOW, Duration.ZERO),
        scene.nanos(),
        new Meters(registry),
        Gates.report(scene.nanos()));
  }

  private double holds(String reason) {
    return registry.get(HealthMeters.HOLDS.name()).tag("reason", reason).counter().count();
  }

  private static AttemptResult neverSent() {
    return new AttemptResult.Rejected(
        new AttemptError(
            FailureReason.INVALID_REQUEST,
            Disposition.FAIL,
            false,
            null,
            "it cannot be encoded",
            AttemptError.Details.NONE,
            null));
  }

  private static List<String> lines(Hold hold) {
    return hold.waits().stream().map(Wait::line).toList();
  }
}
