// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Details;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.config.BreakerConfig;
import io.completionworker.control.Selector;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.metrics.TierMeters;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests try the cheap service tier while there is time. */
class TiersTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Stage stage = Stage.tiered(100, Gates.NO_BREAKER);
  private final TaskOutbox task = stage.open();
  private long offset;
  private double movedBefore;

  @Test
  void shouldStartInTheFirstTier() {
    accept("t-a");

    assertThat(tier("t-a")).isEqualTo("flex");
    assertThat(stage.client.call("t-a").addedMembers()).containsEntry("service_tier", "\"flex\"");
  }

  @Test
  void shouldLeaveRequestsAloneThatNameTheirTier() {
    accept("a");

    assertThat(tier("a")).isNull();
    assertThat(stage.client.call("a").addedMembers()).isEmpty();
  }

  @Test
  void shouldTryARefusedRequestAgainAndAgainWithoutUsingUpAttempts() {
    accept("t-a");

    for (int i = 0; i < 12; i++) {
      stage.end("t-a", refused(498, null));
      assertThat(stage.client.open()).isEmpty();
      stage.advance(Duration.ofSeconds(i < 6 ? 1L << i : 60));
      assertThat(tier("t-a")).as("after refusal %d", i + 1).isEqualTo("flex");
    }
    stage.answer("t-a");

    assertThat(stage.emitted(task)).containsExactly("t-a attempts 1");
  }

  @Test
  void shouldWaitAsLongAsARefusalSays() {
    accept("t-a");

    stage.end("t-a", refused(429, Duration.ofSeconds(7)));

    stage.advance(Duration.ofSeconds(6));
    assertThat(stage.client.open()).isEmpty();
    stage.advance(SECOND);
    assertThat(tier("t-a")).isEqualTo("flex");
  }

  @Test
  void shouldLetNothingElseOfTheCredentialWaitForARefusal() {
    Stage failing = Stage.tiered(100, new BreakerConfig(50, 10, 2, MINUTE, 1));
    TaskOutbox own = failing.open();
    for (int i = 0; i < 4; i++) {
      failing.accept(own, i, "t-" + i);
    }

    for (int i = 0; i < 4; i++) {
      failing.end("t-" + i, refused(503, Duration.ofSeconds(30)));
    }
    failing.accept(own, 4, "a");

    assertThat(failing.client.open()).containsExactly("a");
  }

  @Test
  void shouldProbeWithASingleCallAfterARefusal() {
    for (int i = 0; i < 50; i++) {
      accept("t-" + i);
    }
    int first = stage.client.open().size();
    stage.client.open().forEach(id -> stage.end(id, refused(429, null)));

    stage.advance(SECOND);

    assertThat(first).as("before any answer").isEqualTo(8);
    assertThat(stage.client.open()).hasSize(1);
    stage.answer(stage.client.open().get(0));
    assertThat(stage.client.open()).as("no more than at first").hasSize(8);
  }

  @Test
  void shouldLeaveWhenItHasWaitedLongEnough() {
    accept("t-a");
    stage.end("t-a", refused(498, Duration.ofMinutes(10)));

    stage.advance(Duration.ofMinutes(9));
    assertThat(stage.client.open()).isEmpty();
    stage.advance(MINUTE.plus(SECOND));

    assertThat(tier("t-a")).isNull();
    assertThat(moved(TierMeters.PATIENCE)).isEqualTo(1);
  }

  @Test
  void shouldLeaveInTimeForTheDeadline() {
    learn(Duration.ofSeconds(2), Duration.ofSeconds(1));
    accept(due("t-a", Duration.ofMinutes(1)));
    stage.end("t-a", refused(429, Duration.ofMinutes(10)));

    stage.advance(Duration.ofSeconds(53)); // 60 s less 2 * 2 s, 1 s, and the 1 s that flex takes
    assertThat(stage.client.open()).isEmpty();
    stage.advance(SECOND.plus(SECOND));

    assertThat(tier("t-a")).isNull();
    assertThat(moved(TierMeters.DEADLINE) - movedBefore).isEqualTo(1);
  }

  @Test
  void shouldNotTryTheFirstTierWithoutTime() {
    learn(Duration.ofSeconds(2), Duration.ofSeconds(20));

    accept(due("t-a", Duration.ofSeconds(20)));

    assertThat(tier("t-a")).isNull();
  }

  @Test
  void shouldGiveUpAnOpenCallForTheDeadline() {
    learn(Duration.ofSeconds(2), Duration.ofSeconds(1));
    accept(due("t-a", Duration.ofSeconds(30)));
    assertThat(tier("t-a")).isEqualTo("flex");

    stage.advance(Duration.ofSeconds(26));

    assertThat(stage.client.cancelled()).containsExactly("t-a");
    assertThat(tier("t-a")).isNull();
    assertThat(moved(TierMeters.CUT_OFF)).isEqualTo(1);
    stage.answer("t-a");
    assertThat(stage.emitted(task)).containsExactly("t-a row 1", "t-a attempts 2");
  }

  @Test
  void shouldTakeTheAnswerThatComesAsItsCallIsGivenUp() {
    learn(Duration.ofSeconds(2), Duration.ofSeconds(1));
    accept(due("t-a", Duration.ofSeconds(30)));
    stage.client.whenCancelled(() -> stage.client.answer("t-a"));

    stage.advance(Duration.ofSeconds(26));

    assertThat(stage.emitted(task)).containsExactly("t-a attempts 1");
  }

  @Test
  void shouldLeaveOneAfterTheOtherIfTheNextTierServesFew() {
    learn(Duration.ofSeconds(5), Duration.ofSeconds(1)); // 25 of 100 slots are kept: 5 a second
    accept("t-blocked");
    stage.end("t-blocked", refused(429, Duration.ofMinutes(10)));
    for (int i = 0; i < 50; i++) {
      accept(due("t-" + i, Duration.ofMinutes(1)));
    }

    stage.advance(Duration.ofSeconds(41)); // all at once would be after 48 s
    int early = stage.client.open().size();
    stage.advance(Duration.ofSeconds(5));

    assertThat(early).isBetween(5, 20);
    assertThat(stage.client.open().size()).isBetween(early + 15, 45);
  }

  @Test
  void shouldSkipATierForAnHourThatDoesNotServeTheModel() {
    accept("t-a");
    accept("t-b");
    stage.end("t-a", missing());

    assertThat(tier("t-a")).isNull();
    stage.answer("t-b");
    accept("t-c");
    assertThat(tier("t-c")).isNull();
    stage.advance(Duration.ofMinutes(61));
    accept("t-d");
    assertThat(tier("t-d")).isEqualTo("flex");
  }

  @Test
  void shouldMoveAllThatWaitWhenTheTierDoesNotServeTheModel() {
    for (int i = 0; i < 20; i++) {
      accept("t-" + i);
    }

    stage.end("t-0", missing());
    stage.advance(SECOND);

    assertThat(stage.client.open()).hasSize(20);
    assertThat(tier("t-19")).isNull();
  }

  @Test
  void shouldFailARequestWhoseFaultHasNothingToDoWithTheTier() {
    accept("t-a");

    stage.end("t-a", Results.badRequest());

    assertThat(stage.emitted(task)).containsExactly("t-a BAD_REQUEST");
  }

  @Test
  void shouldMakeTheLastAttemptInTheLastTier() {
    accept("t-a");

    stage.end("t-a", Results.serverError());
    stage.advance(SECOND);
    assertThat(tier("t-a")).isEqualTo("flex");
    stage.end("t-a", Results.serverError());
    stage.advance(SECOND);

    assertThat(tier("t-a")).isNull();
    assertThat(moved(TierMeters.LAST_ATTEMPT)).isEqualTo(1);
  }

  @Test
  void shouldEndARequestThatIsCancelledWhileItsTierIsRefused() {
    accept("t-a");
    stage.end("t-a", refused(498, null));

    stage.cancel(Selector.ALL);

    assertThat(stage.emitted(task)).containsExactly("t-a CANCELLED");
  }

  @Test
  void shouldStartAgainInTheFirstTierAfterARestartAndCountFromWhenItWasAccepted() {
    stage.stored = Duration.ofMinutes(4);
    stage.accept(task, 0, null, "t-young", true);
    stage.stored = Duration.ofMinutes(11);
    stage.accept(task, 1, null, "t-old", true);

    assertThat(tier("t-young")).isEqualTo("flex");
    assertThat(tier("t-old")).isNull();
  }

  @Test
  void shouldKeepSlotsForTheOtherTiers() {
    for (int i = 0; i < 400; i++) {
      accept("t-" + i);
    }

    for (int i = 0; i < 200; i++) { // the window grows with each answer
      stage.answer(stage.client.open().get(0));
    }
    accept("a");

    assertThat(stage.client.open()).hasSize(76).contains("a");
  }

  @Test
  void shouldMoveParkedRequestsToo() {
    learn(Duration.ofSeconds(2), Duration.ofSeconds(1));
    accept("t-blocked");
    stage.end("t-blocked", refused(429, Duration.ofMinutes(10)));
    for (int i = 0; i < 1_010; i++) {
      accept(due("t-" + i, Duration.ofMinutes(1)));
    }

    stage.advance(Duration.ofSeconds(59));
    for (int i = 0; i < 1_010; i++) {
      stage.answer(stage.client.open().get(0));
    }

    assertThat(stage.emitted(task)).hasSize(1_010).allMatch(text -> text.contains(" attempts "));
  }

  /** The last tier takes so long, and the first. */
  private void learn(Duration last, Duration first) {
    accept("t-first");
    stage.advance(first);
    stage.answer("t-first");
    accept(due("t-last", SECOND)); // has no time for the first tier
    assertThat(tier("t-last")).isNull();
    stage.advance(last);
    stage.answer("t-last");
    stage.emitted(task);
    movedBefore = moved(TierMeters.DEADLINE);
  }

  private void accept(String text) {
    stage.accept(task, offset++, text);
  }

  private String due(String id, Duration in) {
    return id + "!" + (stage.loop.millis() + in.toMillis());
  }

  private @Nullable String tier(String id) {
    return stage.client.call(id).scope().tier();
  }

  private double moved(String reason) {
    Counter counter =
        stage
            .registry
            .find(TierMeters.MOVES.name())
            .tags("tier", "flex", "reason", reason)
            .counter();
    return counter == null ? 0 : counter.count();
  }

  private static AttemptResult refused(int status, @Nullable Duration wait) {
    FailureReason reason =
        status == 429
            ? FailureReason.RATE_LIMITED
            : status == 503 ? FailureReason.SERVER_ERROR : FailureReason.OVERLOADED;
    return new AttemptResult.Rejected(
        new AttemptError(
            reason, Disposition.RETRY, false, status, "no capacity", Details.NONE, wait));
  }

  private static AttemptResult missing() {
    return new AttemptResult.Rejected(
        new AttemptError(
            FailureReason.BAD_REQUEST,
            Disposition.FAIL,
            false,
            400,
            "Flex is not available for this model.",
            new Details("invalid_request_error", null, "service_tier", null),
            null));
  }
}
