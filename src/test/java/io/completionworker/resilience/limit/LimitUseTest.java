// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig.Scope;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What people are told of limits: where they come from, and what is used of them. */
class LimitUseTest extends ManualLimits {

  private static final int MANY = 100;
  private static final AttemptResult ANSWERED = Calls.answered(RateSignals.NONE);

  @Test
  void shouldSayWhatWasUsedInTheLastMinuteAndByWhichKeyItIsLimited() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(600.0, null)));
    for (int i = 0; i < 30; i++) {
      call(limits);
    }

    assertThat(limits.uses(MANY))
        .containsExactly(
            new LimitUse(
                "worker", "requests per minute", 600, 1, 30.0, "rate.limit.requests.per.minute"));

    time.advance(Duration.ofSeconds(66));
    assertThat(limits.uses(MANY).get(0).used()).isZero();
  }

  @Test
  void shouldCountTokensThatWereUsedAndNotThoseThatWereReserved() {
    RateLimits limits = limits(Calls.config(Calls.perMinute(null, 60_000L)));
    CompletionCall call = Calls.call(400, 600);
    start(limits, call);
    assertThat(limits.uses(MANY).get(0).used()).isEqualTo(1000);

    limits.ended(call, Calls.answered(150, RateSignals.NONE));

    assertThat(limits.uses(MANY).get(0))
        .isEqualTo(
            new LimitUse(
                "worker", "tokens per minute", 60_000, 1, 150.0, "rate.limit.tokens.per.minute"));
  }

  @Test
  void shouldCountCallsThatAreOpen() {
    RateLimits limits = limits(Calls.config(Calls.inFlight(5)));
    CompletionCall first = Calls.call();
    start(limits, first);
    start(limits, Calls.call());
    limits.ended(first, ANSWERED);

    LimitUse use = limits.uses(MANY).get(0);
    assertThat(use.limit()).isEqualTo("calls in flight");
    assertThat(use.used()).isEqualTo(1);
  }

  @Test
  void shouldSayThePartOfTheLimitThatIsThisInstances() {
    Share share = Share.of(Calls.byPartitions(), time);
    share.owned(1, 4);
    time.advance(Duration.ofSeconds(10));
    RateLimits limits = new RateLimits(Calls.config(Calls.perMinute(600.0, null)), share, time);
    start(limits, Calls.call());

    assertThat(limits.uses(MANY).get(0).size()).isEqualTo(600);
    assertThat(limits.uses(MANY).get(0).share()).isEqualTo(0.25);
  }

  /** Until the endpoint has said more, nobody knows what others have used meanwhile. */
  @Test
  void shouldSayWhatTheEndpointSaidUntilItsWindowIsOver() {
    RateLimits limits = limits(Calls.config(Limits.NONE));
    CompletionCall call = Calls.call();
    limits.started(call);
    Duration window = Duration.ofSeconds(30);
    limits.ended(
        call, Calls.answered(new RateSignals(new RateSignals.Window(600L, 450L, window), null)));
    limits.started(Calls.call());

    assertThat(limits.uses(MANY))
        .containsExactly(
            new LimitUse(
                "credential credential, model model", "requests", 600, 1, 151.0, LimitUse.HEADERS));

    time.advance(window);
    assertThat(limits.uses(MANY).get(0).used()).isNull();
  }

  @Test
  void shouldShowTheFullestFirstAndNoVirtualKey() {
    RateLimits limits = limits(Calls.config(Scope.VIRTUAL_KEY, Calls.inFlight(5), true));
    start(limits, Calls.of("a-secret", "m"));
    start(limits, Calls.of("b-secret", "m"));
    start(limits, Calls.of("b-secret", "m"));

    assertThat(limits.uses(MANY)).first().extracting(LimitUse::used).isEqualTo(2.0);
    assertThat(limits.uses(MANY).toString()).doesNotContain("secret");
    assertThat(limits.uses(1)).hasSize(1);
  }

  private void call(RateLimits limits) {
    CompletionCall call = Calls.call();
    waited(limits, call);
    limits.started(call);
    limits.ended(call, ANSWERED);
  }

  private static void start(RateLimits limits, CompletionCall call) {
    limits.wait(call);
    limits.started(call);
  }
}
