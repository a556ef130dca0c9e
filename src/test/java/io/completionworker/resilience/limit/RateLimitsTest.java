// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.RateLimitConfig.Scope;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTest extends ManualLimits {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void shouldSpendWhatFixedWindowsPermit() {
    Simulation simulation =
        simulation(Provider.windows(600, 300_000, Duration.ofMinutes(1)))
            .with(limits(Calls.config(Calls.perMinute(600.0, 300_000L))));

    simulation.run(Duration.ofMinutes(3));

    assertThat(simulation.served(Duration.ZERO, Duration.ofMinutes(3))).isGreaterThan(1_710);
    assertThat(simulation.refused(Duration.ZERO, Duration.ofMinutes(3))).isLessThan(0.01);
  }

  @Test
  void shouldSpendWhatFixedWindowsPermitInTwoHalves() {
    RateLimitConfig config = Calls.config(Calls.perMinute(600.0, 300_000L));
    Simulation simulation =
        simulation(Provider.silent(Provider.windows(600, 300_000, Duration.ofMinutes(1))))
            .with(new RateLimits(config, half(), time))
            .with(new RateLimits(config, half(), time));
    time.advance(Duration.ofSeconds(3));

    simulation.run(Duration.ofMinutes(3));

    assertThat(simulation.served(Duration.ZERO, Duration.ofMinutes(4))).isGreaterThan(1_710);
    assertThat(simulation.refused(Duration.ZERO, Duration.ofMinutes(4))).isLessThan(0.01);
  }

  @Test
  void shouldUseNoMoreThanTheBurstAtOnceAndOneCallAtTheStart() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(600.0, null)));

    assertThat(started(limits, Calls.call())).as("at the start").isEqualTo(1);
    time.advance(Duration.ofHours(1));
    assertThat(started(limits, Calls.call())).as("after a pause").isEqualTo(10);
  }

  @Test
  void shouldNotHoldUpAnotherScope() {
    RateLimits limits = limits(Calls.config(Scope.VIRTUAL_KEY, Calls.perMinute(1.0, null), true));
    limits.started(Calls.of("a", "model"));

    assertThat(limits.wait(Calls.of("a", "model"))).isPositive();
    assertThat(limits.wait(Calls.of("b", "model"))).isZero();
    assertThat(limits.wait(Calls.of(null, "model"))).isZero();
  }

  @Test
  void shouldKeepToTheLimitOfCallsInFlight() {
    RateLimits limits = limits(Calls.config(Calls.inFlight(2)));
    CompletionCall first = Calls.call();
    limits.started(first);
    limits.started(Calls.call());
    assertThat(limits.wait(Calls.call())).isEqualTo(Admission.UNTIL_A_CALL_ENDS);

    limits.ended(first, Results.serverError());

    assertThat(limits.wait(Calls.call())).isZero();
  }

  @Test
  void shouldTakeTheShareOfCallsInFlightAndOneAtLeast() {
    Share share = half();
    RateLimits limits = new RateLimits(Calls.config(Calls.inFlight(7)), share, time);
    assertThat(limits.wait(Calls.call())).isEqualTo(Duration.ofMillis(250).toNanos());

    time.advance(Duration.ofSeconds(3));
    assertThat(started(limits, Calls.call())).isEqualTo(3);
    share.owned(1, 12);
    assertThat(limits.wait(Calls.call())).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
    RateLimits another = new RateLimits(Calls.config(Calls.inFlight(7)), share, time);
    assertThat(started(another, Calls.call())).isEqualTo(1);
  }

  @Test
  void shouldFollowAShareThatShrinks() {
    Share share = half();
    RateLimits limits = new RateLimits(Calls.config(Calls.perMinute(600.0, null)), share, time);
    time.advance(Duration.ofSeconds(3));
    limits.wait(Calls.call());
    limits.started(Calls.call());
    assertThat(limits.wait(Calls.call())).isEqualTo(SECOND.toNanos() / 5);

    share.owned(3, 12);

    assertThat(limits.wait(Calls.call())).isEqualTo(2 * SECOND.toNanos() / 5);
  }

  @Test
  void shouldLetCallsWithoutALimitStartWhateverTheShareIs() {
    RateLimits limits = new RateLimits(Calls.config(Limits.NONE), unknown(), time);

    assertThat(started(limits, Calls.call())).isEqualTo(1_000);
  }

  @Test
  void shouldNotBurstAfterACoolDown() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(600.0, 600_000L)));
    CompletionCall call = Calls.call(100, 0);
    limits.wait(call);
    time.advance(Duration.ofMinutes(1));

    limits.drained(call.scope().throttleKey());

    assertThat(limits.wait(Calls.call(100, 0))).isEqualTo(SECOND.toNanos() / 100);
    time.advance(SECOND.dividedBy(100)); // until then it is the next
    assertThat(started(limits, Calls.call())).isEqualTo(1);
    time.advance(SECOND);
    assertThat(started(limits, Calls.call())).as("later it is as ever").isEqualTo(10);
  }

  @Test
  void shouldGoOnAfterCoolDownsOfSeveralCredentialsThatShareAScope() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 6_000L)));
    CompletionCall a = Calls.of("a", "model", new TokenEstimate(50, 0));
    CompletionCall b = Calls.of("b", "model", new TokenEstimate(50, 0));
    limits.drained(a.scope().throttleKey());
    time.advance(1);
    limits.drained(b.scope().throttleKey());
    limits.wait(a);
    limits.wait(b);

    time.advance(SECOND);

    assertThat(limits.wait(a)).isZero();
    assertThat(limits.wait(b)).isZero();
  }

  @Test
  void shouldNotLetSmallCallsOfOneLaneKeepALargeOneOfAnotherFromEverStarting() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 6_000L)));
    Deque<CompletionCall> lanes = new ArrayDeque<>();
    lanes.add(Calls.of("k", "small", new TokenEstimate(10, 0)));
    lanes.add(Calls.of("k", "large", new TokenEstimate(500, 0)));

    Map<String, Integer> started = started(limits, lanes, Duration.ofMinutes(1));

    // Of 6000 tokens, and a burst: both kinds get on, and nothing is left over.
    int large = started.getOrDefault("large", 0);
    int small = started.getOrDefault("small", 0);
    assertThat(large).isGreaterThan(5);
    assertThat(small).isGreaterThan(5);
    assertThat(500 * large + 10 * small).isBetween(5_900, 6_600);
  }

  @Test
  void shouldWaitForNoCallThatIsNotAskedForAnyMore() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 6_000L)));
    CompletionCall small = Calls.call(10, 0);
    limits.wait(small);
    limits.started(Calls.call(500, 0));
    assertThat(limits.wait(Calls.call(500, 0))).isGreaterThan(SECOND.toNanos());

    time.advance(Duration.ofSeconds(6));

    assertThat(limits.wait(small)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "700, 400, 'an estimated 1100 tokens, and 1000 a minute are allowed by "
        + "rate.limit.tokens.per.minute'",
    "901, 1, 'an estimated 901 prompt tokens, and 900 a minute are allowed by "
        + "rate.limit.input.tokens.per.minute'",
    "1, 801, 'an estimated 801 completion tokens, and 800 a minute are allowed by "
        + "rate.limit.output.tokens.per.minute'",
    "500, 500,"
  })
  void shouldRefuseWhatIsLargerThanTheAccountAllows(
      long input, long output, @Nullable String message) {
    RateLimits limits =
        new RateLimits(
            Calls.config(new Limits(null, null, 1_000L, 900L, 800L, null)), unknown(), time);

    Outcome.Cause cause = limits.refusal(Calls.call(input, output)).orElse(null);

    if (message == null) {
      assertThat(cause).isNull();
    } else {
      assertThat(cause)
          .isEqualTo(
              new Outcome.Cause(
                  FailureReason.TOKEN_LIMIT_EXCEEDED, false, "The request may take " + message));
    }
  }

  private static int started(RateLimits limits, CompletionCall call) {
    int started = 0;
    while (started < 1_000 && limits.wait(call) == 0) {
      limits.started(Calls.call(call.scope(), call.tokens()));
      started++;
    }
    return started;
  }

  /** Starts what may, of lanes that take turns as the dispatcher has them; by model. */
  private Map<String, Integer> started(
      RateLimits limits, Deque<CompletionCall> lanes, Duration duration) {
    Map<String, Integer> started = new HashMap<>();
    long end = time.getAsLong() + duration.toNanos();
    while (time.getAsLong() < end) {
      CompletionCall next = null;
      long shortest = SECOND.toNanos();
      for (CompletionCall call : lanes) {
        long wait = limits.wait(call);
        shortest = Math.min(shortest, wait);
        if (wait == 0) {
          next = call;
          break;
        }
      }
      if (next == null) {
        time.advance(shortest);
      } else {
        limits.started(next);
        lanes.remove(next);
        lanes.add(Calls.call(next.scope(), next.tokens()));
        started.merge(next.scope().model(), 1, Integer::sum);
      }
    }
    return started;
  }

  private Simulation simulation(Provider provider) {
    return new Simulation(
        time,
        provider,
        Duration.ofMillis(500),
        Simulation.Stamp.ARRIVAL,
        200,
        () -> Calls.call(400, 100));
  }

  private Share half() {
    Share share = unknown();
    share.owned(6, 12);
    return share;
  }

  private Share unknown() {
    return Share.of(Calls.byPartitions(), time);
  }
}
