// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final ManualTime time = new ManualTime();

  @ParameterizedTest
  @CsvSource({
    "10, 1, 1000000",
    "4.285714285714286, 1, 1000000", // 600 a minute, three of seven partitions
    "5000, 700, 1000000",
    "0.000016666666666666667, 1, 20", // 0.001 a minute
    "16666666666.67, 100000, 1000000", // a million million tokens a minute
    "2000000, 1, 1000000"
  })
  void shouldGiveTheRateToAThousandth(double perSecond, long cost, int calls) {
    TokenBucket quota = new TokenBucket(perSecond, Duration.ofSeconds(1), time);
    quota.lower(0);
    long start = time.getAsLong();

    for (int i = 0; i < calls; i++) {
      time.advance(quota.nanosUntil(cost));
      quota.take(cost);
    }

    double seconds = (time.getAsLong() - start) / (double) SECOND;
    assertThat(calls * (double) cost / seconds)
        .isCloseTo(perSecond, Percentage.withPercentage(0.1));
  }

  @Test
  void shouldHoldTheBurstAndNoMore() {
    TokenBucket quota = new TokenBucket(10, Duration.ofSeconds(2), time);
    time.advance(Duration.ofHours(1));

    assertThat(taken(quota)).isEqualTo(20);
    assertThat(quota.nanosUntil(1)).isEqualTo(SECOND / 10);
  }

  @Test
  void shouldHoldOneCallAtLeast() {
    TokenBucket quota = new TokenBucket(0.1, Duration.ZERO, time);

    assertThat(taken(quota)).isEqualTo(1);
    assertThat(quota.nanosUntil(1)).isEqualTo(10 * SECOND);
  }

  @Test
  void shouldLetWhatIsLargerThanItselfStartWhenFullAndPayLater() {
    TokenBucket quota = new TokenBucket(100, Duration.ofSeconds(1), time);
    quota.take(1);
    assertThat(quota.nanosUntil(1_000)).isEqualTo(SECOND / 100);

    time.advance(quota.nanosUntil(1_000));
    quota.take(1_000);

    assertThat(quota.nanosUntil(1)).isEqualTo(9 * SECOND + SECOND / 100);
    assertThat(quota.full()).isFalse();
  }

  @Test
  void shouldTakeNothingForAQuestion() {
    TokenBucket quota = new TokenBucket(1, Duration.ofSeconds(1), time);

    for (int i = 0; i < 10; i++) {
      assertThat(quota.nanosUntil(1)).isZero();
    }
    assertThat(quota.full()).isTrue();
  }

  @Test
  void shouldTakeBackWhatThereIsRoomFor() {
    TokenBucket quota = new TokenBucket(100, Duration.ofSeconds(1), time);
    quota.take(150);

    quota.giveBack(100);
    assertThat(quota.nanosUntil(60)).isEqualTo(SECOND / 10);
    quota.giveBack(1_000_000);
    assertThat(taken(quota)).isEqualTo(100);
  }

  @Test
  void shouldKeepItsLevelInProportionWhenTheRateChanges() {
    TokenBucket quota = new TokenBucket(100, Duration.ofSeconds(1), time);
    quota.take(50);

    quota.rate(40);
    assertThat(taken(quota)).isEqualTo(20);
  }

  /** Of a limit of ten, one that is halved holds half a call, which is half of what it can hold. */
  @Test
  void shouldKeepItsLevelInProportionWhenItHoldsOneCallOnly() {
    TokenBucket quota = new TokenBucket(0.1, Duration.ZERO, time);
    quota.rate(0.05);
    assertThat(quota.nanosUntil(1)).isZero();

    quota.take(1);
    time.advance(Duration.ofSeconds(10));
    quota.rate(0.1);
    assertThat(quota.nanosUntil(1)).isEqualTo(5 * SECOND);
  }

  @ParameterizedTest
  @CsvSource({"50, 40", "200, 10"})
  void shouldKeepADebtAsItIsWhenTheRateChanges(double perSecond, long seconds) {
    TokenBucket quota = new TokenBucket(100, Duration.ofSeconds(1), time);
    quota.take(2_100);

    quota.rate(perSecond);

    assertThat(quota.nanosUntil(1) / 1e9).isCloseTo(seconds + 1 / perSecond, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"50, 20", "200, 10"})
  void shouldPayOffADebtNoLaterWhenTheLimitItselfChanges(double perSecond, long seconds) {
    TokenBucket quota = new TokenBucket(100, Duration.ofSeconds(1), time);
    quota.take(2_100);

    quota.limit(perSecond);

    assertThat(quota.nanosUntil(1) / 1e9).isCloseTo(seconds + 1 / perSecond, within(1e-6));
  }

  @Test
  void shouldBeLoweredButNeverRaised() {
    TokenBucket quota = new TokenBucket(100, Duration.ofSeconds(1), time);

    quota.lower(7);
    assertThat(taken(quota)).isEqualTo(7);
    quota.lower(50);
    assertThat(quota.nanosUntil(1)).isPositive();
  }

  @Test
  void shouldNotCountWhatCostsNothing() {
    TokenBucket quota = new TokenBucket(1, Duration.ofSeconds(1), time);
    quota.take(100);

    assertThat(quota.nanosUntil(0)).isZero();
    quota.take(0);
    quota.giveBack(0);
    assertThat(quota.nanosUntil(1)).isEqualTo(100 * SECOND);
  }

  @Test
  void shouldBearTheLargestCosts() {
    TokenBucket quota = new TokenBucket(1 / 60_000.0, Duration.ofSeconds(1), time);
    for (int i = 0; i < 100; i++) {
      quota.take(Long.MAX_VALUE);
    }

    assertThat(quota.nanosUntil(1)).isGreaterThan(Duration.ofDays(365).toNanos());
    quota.rate(1e-9);
    assertThat(quota.nanosUntil(1)).isGreaterThan(Duration.ofDays(365).toNanos());
  }

  private static int taken(TokenBucket quota) {
    int taken = 0;
    while (quota.nanosUntil(1) == 0) {
      quota.take(1);
      taken++;
    }
    return taken;
  }
}
