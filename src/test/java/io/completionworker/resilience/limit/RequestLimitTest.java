// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLimitTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime();

  private RequestLimit limit(double perSecond, Duration burst) {
    return new RequestLimit("limit", perSecond, 1, burst, time, null);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 200000",
    "4.285714285714286, 200000", // 600 a minute, three of seven partitions
    "0.000016666666666666667, 20", // 0.001 a minute
    "999.9, 200000",
    "12345.678, 200000",
    "2000000, 200000",
    "1000000000, 5000000"
  })
  void shouldGiveTheRateToAThousandth(double perSecond, int calls) {
    RequestLimit limit = limit(perSecond, SECOND);
    take(limit);
    long start = time.getAsLong();

    for (int i = 0; i < calls; i++) {
      time.advance(limit.nanosUntilNext());
      limit.take();
    }

    double seconds = (time.getAsLong() - start) / 1e9;
    assertThat(calls / seconds).isCloseTo(perSecond, Percentage.withPercentage(0.1));
  }

  @Test
  void shouldSpaceCallsEvenlyWhileThereIsABacklog() {
    RequestLimit limit = limit(10, SECOND);

    for (int i = 0; i < 1_000; i++) {
      take(limit);
      assertThat(limit.nanosUntilNext()).isEqualTo(SECOND.toNanos() / 10);
      time.advance(limit.nanosUntilNext());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 30, 59_999, 60_000, 90_001, 3_600_000})
  void shouldLeaveTheWholeTimeOfACallToTheNextHoweverLongThePauseWas(long millis) {
    RequestLimit limit = limit(1 / 60.0, SECOND);
    take(limit);
    time.advance(Duration.ofMinutes(1).plusMillis(millis));

    take(limit);

    assertThat(limit.nanosUntilNext()).isEqualTo(Duration.ofMinutes(1).toNanos());
  }

  @Test
  void shouldBeginWithOneCallAndWithoutABurst() {
    assertThat(taken(limit(10, SECOND))).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"10, 2000, 20", "10, 1000, 10", "3, 1000, 3", "0.1, 1000, 1", "10, 0, 1"})
  void shouldLetABurstStartAfterAPauseAndOneCallAtLeast(
      double perSecond, long burstMillis, int calls) {
    RequestLimit limit = limit(perSecond, Duration.ofMillis(burstMillis));
    assertThat(taken(limit)).isEqualTo(1);
    time.advance(Duration.ofHours(1));

    assertThat(limit.full()).isTrue();
    assertThat(limit.available()).isEqualTo(calls);
    assertThat(taken(limit)).isEqualTo(calls);
    assertThat(limit.nanosUntilNext() / 1e9).isCloseTo(1 / perSecond, within(1e-6));
  }

  @Test
  void shouldLoseNothingWhenItIsAskedLate() {
    RequestLimit limit = limit(10, SECOND);
    time.advance(Duration.ofHours(1));
    taken(limit);

    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      time.advance(Duration.ofMillis(730)); // what would be the end of seven cycles
      taken += taken(limit);
    }

    assertThat(taken).isEqualTo(7_300);
  }

  @Test
  void shouldTakeNothingForAQuestion() {
    RequestLimit limit = limit(10, SECOND);
    time.advance(Duration.ofHours(1));

    for (int i = 0; i < 100; i++) {
      assertThat(limit.nanosUntilNext()).isZero();
    }

    assertThat(taken(limit)).isEqualTo(10);
  }

  @Test
  void shouldLeaveOneCallAfterACoolDown() {
    RequestLimit limit = limit(10, SECOND);
    time.advance(Duration.ofHours(1));

    limit.leaveOne();
    limit.leaveOne();

    assertThat(taken(limit)).isEqualTo(1);
    time.advance(SECOND);
    assertThat(taken(limit)).isEqualTo(10);
  }

  @Test
  void shouldNotBurstWhenTheShareChanges() {
    RequestLimit limit = limit(10, SECOND);
    time.advance(Duration.ofHours(1));

    for (double share : new double[] {0.5, 1, 0.25, 1}) {
      limit.share(share);
    }

    assertThat(taken(limit)).isEqualTo(1);
    assertThat(limit.nanosUntilNext()).isEqualTo(SECOND.toNanos() / 10);
  }

  @Test
  void shouldGoOnWaitingWhenTheShareChangesHoweverOften() {
    RequestLimit limit = limit(0.1, SECOND);
    take(limit);
    time.advance(Duration.ofSeconds(5));

    limit.share(0.5);
    assertThat(limit.nanosUntilNext() / 1e9).as("half of 20 s").isCloseTo(10, within(1e-6));

    int calls = 0;
    for (int i = 0; i < 1_000; i++) {
      limit.share(i % 2 == 0 ? 0.45 : 0.55);
      time.advance(SECOND);
      calls += taken(limit);
    }
    assertThat(calls).as("of 1000 s at some 0.05 a second").isBetween(46, 51);
  }

  @Test
  void shouldGoOnWaitingWithoutABurstWhenTheLimitItselfChanges() {
    RequestLimit limit = limit(10, SECOND);
    time.advance(Duration.ofHours(1));
    limit.limit(10, 1);
    assertThat(limit.available()).as("the same limit").isEqualTo(10);

    limit.limit(1, 0.5);
    assertThat(taken(limit)).isEqualTo(1);
    time.advance(SECOND);
    limit.limit(2, 0.5);

    assertThat(limit.nanosUntilNext()).as("half of a second").isEqualTo(SECOND.toNanos() / 2);
  }

  @Test
  void shouldStartNoMoreThanTheRateByAClockThatGoesOnWhileItIsAsked() {
    AtomicLong ticks = new AtomicLong(-1_000_000);
    LongSupplier ticking = () -> ticks.getAndAdd(1_000);
    RequestLimit limit = new RequestLimit("limit", 100, 1, Duration.ZERO, ticking, null);
    long start = ticks.get();

    int calls = 0;
    while (calls < 1_000) {
      if (limit.nanosUntilNext() == 0) {
        limit.take();
        calls++;
      }
    }

    assertThat((ticks.get() - start) / 1e9).isCloseTo(10, Percentage.withPercentage(0.1));
  }

  @Test
  void shouldBeFoundInItsRegistryUntilItIsClosed() {
    RateLimiterRegistry registry = RateLimiterRegistry.ofDefaults();
    RequestLimit limit = new RequestLimit("limit", 10, 1, SECOND, time, registry);
    limit.share(0.5);

    assertThat(registry.getAllRateLimiters())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.getName()).isEqualTo("limit");
              assertThat(one.getRateLimiterConfig().getLimitRefreshPeriod())
                  .isEqualTo(Duration.ofMillis(200));
              assertThat(one.getMetrics().getAvailablePermissions()).isEqualTo(-3);
            });

    limit.close();
    assertThat(registry.getAllRateLimiters()).isEmpty();
  }

  private static void take(RequestLimit limit) {
    assertThat(limit.nanosUntilNext()).isZero();
    limit.take();
  }

  private static int taken(RequestLimit limit) {
    int taken = 0;
    while (limit.nanosUntilNext() == 0) {
      limit.take();
      taken++;
    }
    return taken;
  }
}
