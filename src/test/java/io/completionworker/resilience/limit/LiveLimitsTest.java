// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.config.MetricsConfig;
import io.completionworker.config.RateLimitConfig.Scope;
import io.completionworker.fixtures.CapturedLog;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that controls change while calls wait and while calls are open. */
class LiveLimitsTest extends ManualLimits {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final AttemptResult ANSWERED = Calls.answered(RateSignals.NONE);

  @Test
  void shouldStartNoMoreThanTheLoweredLimitInAnySecondAndThatMuchUnderLoad() {
    RateLimits limits = limits(Calls.config(Calls.perSecond(100)));
    Simulation simulation = underLoad(limits);
    simulation.run(Duration.ofSeconds(10));
    assertThat(simulation.mostServed(SECOND, SECOND)).isEqualTo(100);

    limits.replace(Calls.control(Calls.perSecond(50)));
    Duration lowered = simulation.elapsed();
    simulation.run(Duration.ofSeconds(10));

    assertThat(simulation.mostServed(SECOND, lowered)).isEqualTo(50);
    assertThat(simulation.served(lowered, simulation.elapsed())).isBetween(499L, 501L);
  }

  @Test
  void shouldNotBurstWhenTheLimitIsLoweredAfterAPause() {
    RateLimits limits = limits(Calls.config(Calls.perSecond(100)));
    limits.wait(Calls.call());
    time.advance(MINUTE);

    limits.replace(Calls.control(Calls.perSecond(50)));

    start(limits, Calls.call());
    assertThat(limits.wait(Calls.call())).isEqualTo(SECOND.toNanos() / 50);
  }

  @Test
  void shouldNotSpendSavedTokensWhenTheirLimitIsLoweredAfterAPause() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 600_000L)));
    limits.wait(Calls.call(100, 0));
    time.advance(MINUTE);

    limits.replace(Calls.control(Calls.perMinute(null, 300_000L)));

    start(limits, Calls.call(100, 0));
    assertThat(limits.wait(Calls.call(100, 0))).isEqualTo(SECOND.toNanos() / 50);
  }

  @Test
  void shouldUseARaisedLimitAtOnceUnderLoad() {
    RateLimits limits = limits(Calls.config(Calls.perSecond(50)));
    Simulation simulation = underLoad(limits);
    simulation.run(Duration.ofSeconds(10));

    limits.replace(Calls.control(Calls.perSecond(100)));
    Duration raised = simulation.elapsed();
    simulation.run(Duration.ofSeconds(2));

    assertThat(simulation.served(raised, simulation.elapsed())).isBetween(199L, 201L);
  }

  @Test
  void shouldNotWaitForTheOldLimitWhenItIsRaised() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(0.1, 60L)));
    start(limits, Calls.call(60, 0));
    CompletionCall call = Calls.call(60, 0);
    assertThat(waited(limits, call)).isEqualTo(Duration.ofMinutes(10));
    limits.started(call);

    limits.replace(Calls.control(Calls.perMinute(600.0, 60_000L)));

    assertThat(waited(limits, Calls.call(60, 0))).isLessThan(SECOND.dividedBy(5));
  }

  /**
   * Calls use a twentieth of what they reserve, so almost all that is spent comes back from calls
   * that were started before. That must not go on at the pace of the old limit.
   */
  @Test
  void shouldSpendTokensAtTheLoweredLimitAtOnceWhateverOpenCallsGiveBack() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 60_000L)));
    Simulation simulation = reserving(limits, 100).using(0.05);
    simulation.run(Duration.ofMinutes(5));
    long before = simulation.served(simulation.elapsed().minus(MINUTE), simulation.elapsed());
    assertThat(before * 5).isBetween(57_000L, 61_000L);

    limits.replace(Calls.control(Calls.perMinute(null, 30_000L)));
    Duration lowered = simulation.elapsed();
    simulation.run(MINUTE);

    long after = simulation.served(lowered, simulation.elapsed());
    assertThat(after * 5).isBetween(26_000L, 31_000L);
  }

  @Test
  void shouldNotPauseForWhatAnOpenCallGivesBackWhenItsLimitIsLowered() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 100_000L)));
    CompletionCall large = Calls.call(100_000, 0);
    waited(limits, large);
    limits.started(large);
    limits.replace(Calls.control(Calls.perMinute(null, 50_000L)));
    assertThat(limits.wait(Calls.call(100, 0))).isPositive();

    limits.ended(large, Calls.answered(100, RateSignals.NONE));

    assertThat(waited(limits, Calls.call(100, 0))).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void shouldCountOpenCallsAgainstANewLimitOfCallsInFlight() {
    RateLimits limits = limits(Calls.config(Limits.NONE));
    List<CompletionCall> open = Stream.generate(Calls::call).limit(4).toList();
    open.forEach(call -> start(limits, call));

    limits.replace(Calls.control(Calls.inFlight(2)));

    assertThat(limits.left().of(Kind.IN_FLIGHT, "worker")).isEqualTo(-2);
    open.subList(0, 2).forEach(call -> limits.ended(call, ANSWERED));
    assertThat(limits.wait(Calls.call())).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
    limits.ended(open.get(2), ANSWERED);
    assertThat(limits.wait(Calls.call())).isZero();
    limits.ended(open.get(3), ANSWERED);
    assertThat(limits.left().of(Kind.IN_FLIGHT, "worker")).isEqualTo(2);
  }

  @Test
  void shouldKeepCountOfOpenCallsWhileLimitsComeAndGo() {
    RateLimits limits = limits(Calls.config(Limits.NONE));
    CompletionCall first = Calls.call();
    start(limits, first);
    for (int i = 0; i < 3; i++) {
      limits.replace(Calls.control(Calls.inFlight(9)));
      limits.replace(List.of());
    }
    CompletionCall second = Calls.call();
    start(limits, second);

    limits.replace(Calls.control(Calls.inFlight(5)));

    assertThat(limits.left().of(Kind.IN_FLIGHT, "worker")).isEqualTo(3);
    limits.ended(first, ANSWERED);
    limits.ended(second, ANSWERED);
    assertThat(limits.left().of(Kind.IN_FLIGHT, "worker")).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50, 1_000_000})
  void shouldNotSettleCallsWithALimitThatTheyReservedNothingIn(long used) {
    RateLimits limits = limits(Calls.config(Calls.inFlight(9)));
    CompletionCall old = Calls.call(10, 500);
    start(limits, old);
    limits.replace(Calls.control(Calls.perMinute(null, 6_000L)));
    start(limits, Calls.call(10, 0));
    double before = limits.left().of(Kind.TOKENS, "worker");

    limits.ended(old, Calls.answered(used, RateSignals.NONE));

    assertThat(limits.left().of(Kind.TOKENS, "worker")).isEqualTo(before);
  }

  @Test
  void shouldNotGiveBackToALimitThatWasLiftedAndSetAgain() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 6_000L)));
    CompletionCall old = Calls.call(10, 500);
    waited(limits, old);
    limits.started(old);
    limits.replace(Calls.control(Calls.inFlight(9)));
    limits.replace(List.of());
    start(limits, Calls.call(10, 0));
    double before = limits.left().of(Kind.TOKENS, "worker");

    limits.ended(old, Calls.answered(1, RateSignals.NONE));

    assertThat(limits.left().of(Kind.TOKENS, "worker")).isEqualTo(before);
  }

  @Test
  void shouldLiftTheOtherLimitsOfAScopeAndSetThemAgainWhenWithdrawn() {
    RateLimits limits = limits(Calls.config(new Limits(1.0, null, 100L, null, null, 1)));
    start(limits, Calls.call(100, 0));
    limits.replace(Calls.control(Calls.inFlight(3)));
    start(limits, Calls.call(1_000, 0));
    start(limits, Calls.call(1_000, 0));
    assertThat(limits.wait(Calls.call(1, 0))).isEqualTo(Admission.UNTIL_A_CALL_ENDS);

    limits.replace(List.of());

    assertThat(limits.wait(Calls.call())).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
    assertThat(limits.refusal(Calls.call(101, 0))).isPresent();
  }

  @Test
  void shouldLimitOnlyTheScopesThatAControlSelects() {
    RateLimits limits = limits(Calls.config(Scope.MODEL, Limits.NONE, true));
    limits.replace(List.of(Calls.control("c", null, "slow*", Calls.inFlight(1))));
    start(limits, Calls.of(null, "slow-1"));
    start(limits, Calls.of(null, "fast"));

    assertThat(limits.wait(Calls.of(null, "slow-1"))).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
    assertThat(limits.wait(Calls.of(null, "slow-2"))).as("another scope").isZero();
    assertThat(limits.wait(Calls.of(null, "fast"))).isZero();
    assertThat(limits.group(Calls.of(null, "slow-1"))).isEqualTo("model slow-1");
    assertThat(limits.group(Calls.of(null, "fast"))).as("shares no limit").isNull();
  }

  @Test
  void shouldTakeTheShareOfALimitThatAControlSets() {
    Share share = Share.of(Calls.byPartitions(), time);
    share.owned(1, 4);
    time.advance(Duration.ofSeconds(10));
    RateLimits limits = new RateLimits(Calls.config(Limits.NONE), share, time);

    limits.replace(Calls.control(Calls.perSecond(40)));
    start(limits, Calls.call());
    assertThat(limits.wait(Calls.call())).isEqualTo(SECOND.toNanos() / 10);

    limits.replace(Calls.control(Calls.perSecond(80)));
    assertThat(limits.wait(Calls.call())).isEqualTo(SECOND.toNanos() / 20);
    share.owned(0, 4);
    assertThat(limits.wait(Calls.call())).as("without a share").isPositive();
  }

  @Test
  void shouldNameTheControlWhereALimitIsShownAndWhereItRefuses() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(600.0, null)));
    limits.replace(Calls.control(Calls.perMinute(null, 1_000L)));
    start(limits, Calls.call(400, 0));

    assertThat(limits.uses(9))
        .containsExactly(
            new LimitUse("worker", "tokens per minute", 1_000, 1, 400.0, "control limit-1"));
    assertThat(limits.refusal(Calls.call(1_001, 0)).map(Outcome.Cause::message).orElseThrow())
        .isEqualTo(
            "The request may take an estimated 1001 tokens, and 1000 a minute are allowed by"
                + " control limit-1");
  }

  @Test
  void shouldHaveMetersFollowLimitsThatComeAndGo() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    List<String> announced = new ArrayList<>();
    RateLimits limits = limits(Calls.config(Calls.inFlight(5)));
    limits.watch(
        MetricsConfig.DEFAULT, registry, (kind, scope) -> announced.add(kind.text() + " " + scope));
    start(limits, Calls.call());

    limits.replace(Calls.control(Calls.perSecond(10)));
    assertThat(announced).containsExactly("in-flight worker", "requests worker");
    assertThat(limiters(registry)).containsExactly("worker requests.per.second");
    assertThat(limits.left().of(Kind.IN_FLIGHT, "worker")).isNaN();

    limits.replace(List.of());
    assertThat(limiters(registry)).isEmpty();
    assertThat(limits.left().of(Kind.REQUESTS, "worker")).isNaN();
    assertThat(limits.left().of(Kind.IN_FLIGHT, "worker")).isEqualTo(4);

    limits.replace(Calls.control(Calls.perSecond(10)));
    limits.replace(Calls.control(Limits.NONE));
    assertThat(limiters(registry)).isEmpty();
    assertThat(limits.left().scopes()).isZero();
  }

  @Test
  void shouldWarnOnceOfAControlWithoutEffect() {
    RateLimits limits = limits(Calls.config(Calls.inFlight(1)));
    try (CapturedLog log = new CapturedLog(RateLimits.class)) {
      for (int i = 0; i < 3; i++) {
        limits.replace(List.of(Calls.control("limit-7", null, "gpt*", Calls.inFlight(9))));
      }

      assertThat(log.events())
          .singleElement()
          .extracting(event -> event.getFormattedMessage())
          .isEqualTo(
              "The limits of control limit-7 have no effect: it selects by model, and"
                  + " rate.limit.scope is worker");
    }
    assertThat(limits.withoutEffect()).containsOnlyKeys("limit-7");
    start(limits, Calls.call());
    assertThat(limits.wait(Calls.call())).as("as configured").isPositive();
    limits.replace(List.of());
    assertThat(limits.withoutEffect()).isEmpty();
  }

  private static List<String> limiters(SimpleMeterRegistry registry) {
    return registry.find("resilience4j.ratelimiter.available.permissions").gauges().stream()
        .map(gauge -> gauge.getId().getTag("name"))
        .toList();
  }

  private Simulation underLoad(RateLimits limits) {
    return reserving(limits, 0);
  }

  private Simulation reserving(RateLimits limits, long tokens) {
    return new Simulation(
            time,
            Provider.silent(Provider.windows(Long.MAX_VALUE, 0, MINUTE)),
            Duration.ofSeconds(2),
            Simulation.Stamp.ARRIVAL,
            10_000,
            () -> Calls.call(Calls.SCOPE, new TokenEstimate(0, tokens)))
        .with(limits);
  }

  private static void start(RateLimits limits, CompletionCall call) {
    assertThat(limits.wait(call)).isZero();
    limits.started(call);
  }
}
