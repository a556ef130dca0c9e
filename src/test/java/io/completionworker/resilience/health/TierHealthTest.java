// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Details;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.ChosenTier.TierOrder;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.completion.port.TierOutlook.Ending;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.TierMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tier before the last learns from its own calls, and only its own calls wait. */
class TierHealthTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Scene scene = new Scene();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TierHealth tiers = Gates.tiers(1_000, scene.nanos(), new Meters(registry));

  @Test
  void shouldOnlyMakeCallsOfItsTierWait() {
    end(start(flex()), refused(429, null));

    assertThat(tiers.wait(flex())).isPositive();
    assertThat(tiers.wait(last())).isZero();
    assertThat(tiers.wait(scene.call("a/other").onTier(TextCodec.TIERS.first()))).isZero();
    assertThat(tiers.wait(scene.call("a/model/flex"))).as("named by its request").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 498, 503, 529})
  void shouldCostNothingAndShowTheOthersARateLimitWithoutAWait(int status) {
    CompletionCall call = start(flex());
    AttemptResult refused = refused(status, Duration.ofSeconds(9));

    assertThat(tiers.ended(call, refused)).isEqualTo(AttemptCost.AGAIN);
    AttemptResult seen = tiers.passedOn(call, refused);

    AttemptError error = ((AttemptResult.Rejected) seen).error();
    assertThat(error.reason()).isEqualTo(FailureReason.RATE_LIMITED);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.retryAfter()).isNull();
  }

  @Test
  void shouldLeaveRefusalsOfTheLastTierAsTheyAre() {
    CompletionCall call = start(last());
    AttemptResult refused = refused(429, Duration.ofSeconds(9));

    assertThat(tiers.ended(call, refused)).isEqualTo(AttemptCost.ATTEMPT);
    assertThat(tiers.passedOn(call, refused)).isSameAs(refused);
    assertThat(tiers.wait(last())).isZero();
  }

  @Test
  void shouldProbeMoreRarelyWhileProbesAreRefused() {
    end(start(flex()), refused(429, null));
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long wait = tiers.wait(flex());
      waits.add(wait / 1_000_000);
      scene.advanceNanos(wait);
      end(start(flex()), refused(429, null));
    }

    assertThat(waits.subList(0, 4)).containsExactly(1_000L, 1_500L, 2_250L, 3_375L);
    assertThat(waits.get(11)).isEqualTo(30_000L);
  }

  @Test
  void shouldIgnoreAWaitThatWasGuessedAndTakeOneThatWasNamed() {
    AttemptError guessed =
        new AttemptError(
            FailureReason.RATE_LIMITED,
            Disposition.RETRY,
            false,
            429,
            "",
            Details.NONE,
            Duration.ofSeconds(50),
            true);
    end(start(flex()), new AttemptResult.Rejected(guessed));
    assertThat(tiers.wait(flex())).isEqualTo(SECOND.toNanos());

    scene.advance(SECOND);
    end(start(flex()), refused(429, Duration.ofSeconds(20)));
    assertThat(tiers.wait(flex())).isEqualTo(Duration.ofSeconds(20).toNanos());
    assertThat(tiers.waits()).extracting(Wait::kind).containsExactly(Wait.Kind.COOL_DOWN);
    assertThat(tiers.waits().get(0).who().tier()).isEqualTo("flex");
  }

  @Test
  void shouldOpenThreeQuartersAgainWhenThereWereTooManyCalls() {
    List<CompletionCall> open = fill(40);

    end(open.remove(0), refused(429, null));
    scene.advance(SECOND);
    CompletionCall probe = start(flex());
    assertThat(tiers.wait(flex())).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
    open.forEach(call -> end(call, Results.answered()));
    end(probe, Results.answered());

    assertThat(startAll()).hasSize(29);
  }

  @Test
  void shouldTakeLittleNoticeOfOpenCallsThatAreRefusedTogether() {
    List<CompletionCall> open = fill(40);

    open.forEach(call -> end(call, refused(429, null)));

    assertThat(tiers.wait(flex())).isEqualTo(SECOND.toNanos());
  }

  @Test
  void shouldLearnAHighTimeAndForgetItInTime() {
    assertThat(tiers.nanos(flex())).isEqualTo(TierHealth.FIRST_OF_OTHERS.toNanos());
    assertThat(tiers.nanos(last())).isEqualTo(TierHealth.FIRST_OF_LAST.toNanos());
    for (int i = 1; i <= 100; i++) {
      CompletionCall call = start(last());
      scene.advance(Duration.ofMillis(10L * i));
      end(call, Results.answered());
    }

    assertThat(Duration.ofNanos(tiers.nanos(last()))).isBetween(millis(960), millis(990));
    scene.advance(Duration.ofMinutes(50));
    assertThat(tiers.known(last())).as("open calls may have to end for it").isTrue();
    scene.advance(Duration.ofMinutes(11));
    assertThat(tiers.known(last())).isFalse();
    assertThat(tiers.nanos(last())).isEqualTo(TierHealth.FIRST_OF_LAST.toNanos());
  }

  @ParameterizedTest
  @CsvSource({
    "400, Flex is not available for this model., service_tier, MISSING",
    "400, Invalid service_tier argument,, MISSING",
    "400, Unknown parameter: 'service_tier',, MISSING",
    "403, The flex tier is only for paid customers.,, MISSING",
    "400, Flex is not available for this model.,, MISSING",
    "400, Flex isn't supported here,, MISSING",
    "400, This model does not support 'flex' yet,, MISSING",
    "422, Extra inputs are not permitted,body.service_tier, MISSING",
    "400, Invalid value: service tier `flex`,, MISSING",
    "400, The requested service tier is not supported for this model,, MISSING",
    "400, Bad value. Only flex or default,, ITS_OWN",
    "400, Layout 'flex' is not supported,response_format, ITS_OWN",
    "400, Invalid schema: in ('properties'| 'flex') is no type,, ITS_OWN",
    "400, Invalid layout. The flex tier of the grid follows,, ITS_OWN",
    "403, Your free service tier does not have this model,, ITS_OWN",
    "404, Model not found,, ITS_OWN",
    "400, The prompt is too long,, ITS_OWN",
    "400, messages: be more flexible,, ITS_OWN"
  })
  void shouldTellFaultsOfTheTierFromThoseOfTheRequest(
      int status, String message, @Nullable String param, Ending ending) {
    AttemptResult result =
        new AttemptResult.Rejected(
            new AttemptError(
                FailureReason.BAD_REQUEST,
                Disposition.FAIL,
                false,
                status,
                message,
                new Details(null, null, param, null),
                null));

    assertThat(tiers.ending(flex(), result)).isEqualTo(ending);
    assertThat(tiers.ending(last(), result)).isEqualTo(Ending.ITS_OWN);
  }

  @Test
  void shouldTreatRefusalsOfADefaultTierBeforeTheLastLikeOthers() {
    TierOrder order = new TierOrder(List.of("flex", "default", "priority"), "service_tier", false);
    CompletionCall call = scene.call("a/model").onTier(order.first().next());

    assertThat(tiers.ending(call, refused(429, null))).isEqualTo(Ending.REFUSED);
    assertThat(tiers.ending(call, refused(503, null))).isEqualTo(Ending.REFUSED);
    assertThat(tiers.ending(call, Results.badRequest())).isEqualTo(Ending.ITS_OWN);
  }

  @Test
  void shouldCountCallsByTierAndOutcome() {
    end(start(flex()), Results.answered());
    end(start(flex()), refused(498, null));
    end(start(last()), Results.serverError());

    assertThat(count("flex", TierMeters.ANSWERED)).isEqualTo(1);
    assertThat(count("flex", TierMeters.REFUSED)).isEqualTo(1);
    assertThat(count("default", TierMeters.FAILED)).isEqualTo(1);
  }

  @Test
  void shouldKeepNothingOfTiersThatAreNotUsedAnyMore() {
    for (int i = 0; i < 5_000; i++) {
      end(start(scene.call("key-" + i).onTier(TextCodec.TIERS.first())), Results.answered());
      scene.advance(SECOND);
    }

    assertThat(tiers.kept()).isLessThan(2_500);
  }

  private List<CompletionCall> fill(int calls) {
    List<CompletionCall> open = startAll();
    while (open.size() < calls) {
      end(open.remove(0), Results.answered());
      open.addAll(startAll());
    }
    while (open.size() > calls) {
      end(open.remove(0), Results.billed());
    }
    return open;
  }

  private List<CompletionCall> startAll() {
    List<CompletionCall> started = new ArrayList<>();
    while (tiers.wait(flex()) == 0) {
      started.add(start(flex()));
    }
    return started;
  }

  private CompletionCall start(CompletionCall call) {
    assertThat(tiers.wait(call)).isZero();
    tiers.started(call);
    return call;
  }

  private void end(CompletionCall call, AttemptResult result) {
    tiers.ended(call, result);
  }

  private CompletionCall flex() {
    return scene.call("a/model").onTier(TextCodec.TIERS.first());
  }

  private CompletionCall last() {
    return scene.call("a/model").onTier(TextCodec.TIERS.last());
  }

  private double count(String tier, String outcome) {
    return registry
        .get(TierMeters.CALLS.name())
        .tags("tier", tier, "outcome", outcome)
        .counter()
        .count();
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static AttemptResult refused(int status, @Nullable Duration wait) {
    FailureReason reason = status == 503 ? FailureReason.SERVER_ERROR : FailureReason.OVERLOADED;
    return new AttemptResult.Rejected(
        new AttemptError(
            reason, Disposition.RETRY, false, status, "no capacity", Details.NONE, wait));
  }
}
