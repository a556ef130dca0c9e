// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.demo.endpoint.limit.ProviderLimits.RetryAfterForm;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimiterTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long START = 1_800_000_000_000L;

  private long now = START;
  private final Limiter limiter = new Limiter(() -> Instant.ofEpochMilli(now));

  @Test
  void shouldAdmitSoManyRequestsInEachWindowOfTheClock() {
    ProviderLimits limits = ProviderLimits.requests(2, MINUTE);
    now = START + 59_000;

    assertThat(refusal(limits, 0)).isNull();
    assertThat(refusal(limits, 0)).isNull();
    assertThat(refusal(limits, 0)).isEqualTo("requests");
    now = START + 60_000;
    assertThat(refusal(limits, 0)).isNull();

    assertThat(limiter.windows())
        .containsExactly(
            new WindowCount(START, 60_000, "", 2, 1, 0, 0, 0),
            new WindowCount(START + 60_000, 60_000, "", 1, 0, 0, 0, 0));
  }

  @Test
  void shouldAdmitOnlyWhatTheTokensLeftAreEnoughFor() {
    ProviderLimits limits = ProviderLimits.tokens(1_000, MINUTE);

    Decision first = limiter.admit(limits, "", () -> 600);
    assertThat(refusal(limits, 401)).isEqualTo("tokens");
    first.reservation().settle(250);
    assertThat(refusal(limits, 751)).isEqualTo("tokens");
    assertThat(refusal(limits, 750)).isNull();

    assertThat(limiter.windows())
        .containsExactly(new WindowCount(START, 60_000, "", 2, 0, 2, 0, 1_000));
  }

  @Test
  void shouldChargeAReservationWhereNothingIsGivenBack() {
    ProviderLimits limits = ProviderLimits.tokens(1_000, MINUTE).chargingReservations();

    limiter.admit(limits, "", () -> 600).reservation().settle(1);

    assertThat(refusal(limits, 401)).isEqualTo("tokens");
    assertThat(refusal(limits, 400)).isNull();
  }

  @Test
  void shouldCountARefusedRequestAgainstRequestsAndNotAgainstTokens() {
    ProviderLimits limits = ProviderLimits.requests(3, MINUTE).andTokens(100);

    assertThat(refusal(limits, 50)).isNull();
    assertThat(refusal(limits, 60)).isEqualTo("tokens");
    assertThat(refusal(limits, 50)).isNull();
    assertThat(refusal(limits, 0)).isEqualTo("requests");
  }

  @Test
  void shouldSettleInTheWindowThatAdmitted() {
    ProviderLimits limits = ProviderLimits.tokens(1_000, MINUTE);
    Decision late = limiter.admit(limits, "", () -> 900);
    now += 60_000;

    assertThat(refusal(limits, 1_000)).isNull();
    late.reservation().settle(100);

    assertThat(limiter.windows()).extracting(WindowCount::tokens).containsExactly(100L, 1_000L);
  }

  @Test
  void shouldCountTokensWhereNoneAreLimited() {
    Decision decision = limiter.admit(ProviderLimits.none(), "", () -> 7_000);
    assertThat(limiter.windows()).extracting(WindowCount::tokens).containsExactly(0L);

    decision.reservation().settle(70);

    assertThat(decision.headers()).isEmpty();
    assertThat(limiter.windows()).extracting(WindowCount::tokens).containsExactly(70L);
  }

  @Test
  void shouldSayWhatIsLeftAtTheAdmission() {
    ProviderLimits limits = ProviderLimits.requests(10, MINUTE).andTokens(1_000);
    now = START + 500;

    Decision decision = limiter.admit(limits, "", () -> 300);

    assertThat(decision.headers())
        .containsEntry("x-ratelimit-limit-requests", "10")
        .containsEntry("x-ratelimit-remaining-requests", "9")
        .containsEntry("x-ratelimit-reset-requests", "59.5s")
        .containsEntry("x-ratelimit-limit-tokens", "1000")
        .containsEntry("x-ratelimit-remaining-tokens", "700")
        .containsEntry("x-ratelimit-reset-tokens", "59.5s")
        .hasSize(6);
    assertThat(limiter.admit(limits.withoutHeaders(), "", () -> 0).headers()).isEmpty();
  }

  @Test
  void shouldRefuseInTheFormThatIsAskedFor() {
    ProviderLimits limits = ProviderLimits.requests(0, MINUTE).withoutHeaders();
    now = START + 58_700;

    assertThat(limiter.admit(limits, "", () -> 0).headers())
        .containsEntry("retry-after", "2")
        .containsEntry("retry-after-ms", "1300");
    assertThat(limiter.admit(limits.refusingWith(RetryAfterForm.NONE), "", () -> 0).headers())
        .isEmpty();
    assertThat(limiter.admit(limits.refusingWith(RetryAfterForm.SECONDS), "", () -> 0).headers())
        .containsOnlyKeys("retry-after");
    assertThat(limiter.admit(limits.refusingWith(RetryAfterForm.MILLIS), "", () -> 0).headers())
        .containsOnlyKeys("retry-after-ms");
  }

  @Test
  void shouldTellWhatCanNeverFitFromWhatCanComeLater() {
    ProviderLimits limits = ProviderLimits.tokens(100, MINUTE);
    limiter.admit(limits, "", () -> 60);

    assertThat(limiter.admit(limits, "", () -> 101).refusal())
        .extracting(Decision.Refusal::message)
        .isEqualTo("Request too large on tokens: Limit 100, Requested 101.");
    assertThat(limiter.admit(limits, "", () -> 41).refusal())
        .extracting(Decision.Refusal::message)
        .asString()
        .startsWith("Rate limit reached on tokens: Limit 100, Used 60, Requested 41.");
  }

  @Test
  void shouldLimitEachCredentialByItselfWhenAskedTo() {
    ProviderLimits limits = ProviderLimits.requests(1, MINUTE).perCredential();

    assertThat(limiter.admit(limits, "a", () -> 0).refusal()).isNull();
    assertThat(limiter.admit(limits, "b", () -> 0).refusal()).isNull();
    assertThat(limiter.admit(limits, "a", () -> 0).refusal()).isNotNull();

    assertThat(limiter.windows()).extracting(WindowCount::credential).containsExactly("a", "b");
  }

  @Test
  void shouldRefuseAnExhaustedCredentialUntilItIsReplenished() {
    ProviderLimits limits = ProviderLimits.requests(1, MINUTE);
    limiter.exhaust("a");

    Decision refused = limiter.admit(limits, "a", () -> 0);
    assertThat(refused.refusal())
        .extracting(Decision.Refusal::code)
        .isEqualTo("insufficient_quota");
    assertThat(refused.headers()).isEmpty();
    limiter.replenish("a");

    assertThat(limiter.admit(limits, "a", () -> 0).refusal()).isNull();
    assertThat(limiter.windows())
        .containsExactly(new WindowCount(START, 60_000, "", 1, 0, 0, 1, 0));
  }

  @Test
  void shouldPrintDurationsAsGoReadsThem() {
    assertThat(Limiter.goDuration(1)).isEqualTo("1ms");
    assertThat(Limiter.goDuration(1_000)).isEqualTo("1s");
    assertThat(Limiter.goDuration(10_050)).isEqualTo("10.05s");
    assertThat(Limiter.goDuration(60_000)).isEqualTo("1m0s");
    assertThat(Limiter.goDuration(3_661_500)).isEqualTo("61m1.5s");
  }

  private @Nullable String refusal(ProviderLimits limits, long demand) {
    Decision.Refusal refusal = limiter.admit(limits, "", () -> demand).refusal();
    return refusal == null ? null : refusal.type();
  }
}
