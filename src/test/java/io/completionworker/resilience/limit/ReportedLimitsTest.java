// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.config.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportedLimitsTest extends ManualLimits {

  /** The first minute may be anything: nothing is known when the backlog starts. */
  @ParameterizedTest
  @CsvSource({
    "windows, 500, ARRIVAL, 200, 98",
    "windows, 500, ANSWER, 200, 98",
    "windows, 500, ARRIVAL, 2000, 98",
    "windows, 10000, ARRIVAL, 200, 80",
    "windows, 10000, ANSWER, 200, 80",
    "windows, 10000, ARRIVAL, 2000, 80",
    "windows, 10000, ANSWER, 2000, 80",
    "bucket, 500, ARRIVAL, 200, 98",
    "bucket, 500, ANSWER, 200, 98",
    "bucket, 500, ARRIVAL, 2000, 98",
    "bucket, 10000, ARRIVAL, 200, 98",
    "bucket, 10000, ANSWER, 200, 98",
    "bucket, 10000, ARRIVAL, 2000, 98",
    "bucket, 10000, ANSWER, 2000, 95",
    "short, 500, ARRIVAL, 200, 60",
    "short, 500, ANSWER, 200, 98",
    "short, 10000, ARRIVAL, 200, 40"
  })
  void shouldConvergeToWhatTheHeadersSay(
      String kind, long latency, Simulation.Stamp stamp, int maxInFlight, double percent) {
    Simulation simulation =
        new Simulation(
                time, provider(kind), Duration.ofMillis(latency), stamp, maxInFlight, Calls::call)
            .with(limits(Calls.config(Limits.NONE)));

    simulation.run(Duration.ofMinutes(6));

    Duration from = Duration.ofMinutes(1);
    Duration to = Duration.ofMinutes(6);
    assertThat(simulation.refused(from, to)).isLessThan(0.02);
    assertThat(simulation.served(from, to) / (5 * 600.0)).isGreaterThan(percent / 100);
  }

  @Test
  void shouldConvergeWhenTokensAreWhatIsShort() {
    Simulation simulation =
        new Simulation(
                time,
                Provider.windows(6_000, 300_000, Duration.ofMinutes(1)),
                Duration.ofMillis(500),
                Simulation.Stamp.ARRIVAL,
                200,
                () -> Calls.call(400, 100))
            .with(limits(Calls.config(Limits.NONE)));

    simulation.run(Duration.ofMinutes(4));

    Duration from = Duration.ofMinutes(1);
    Duration to = Duration.ofMinutes(4);
    assertThat(simulation.refused(from, to)).isLessThan(0.02);
    assertThat(simulation.served(from, to)).isGreaterThan(3 * 570);
  }

  @Test
  void shouldPaceByWhatCallsUseAndNotByWhatTheyReserve() {
    Simulation simulation =
        new Simulation(
                time,
                Provider.windows(6_000, 300_000, Duration.ofMinutes(1)),
                Duration.ofMillis(500),
                Simulation.Stamp.ARRIVAL,
                200,
                () -> Calls.call(400, 1_600))
            .with(limits(Calls.config(Calls.perMinute(null, 300_000L))))
            .using(0.45);

    simulation.run(Duration.ofMinutes(4));

    Duration from = Duration.ofMinutes(1);
    Duration to = Duration.ofMinutes(4);
    assertThat(simulation.refused(from, to)).isLessThan(0.01);
    assertThat(simulation.served(from, to) * 900.0).isGreaterThan(3 * 300_000 * 0.95);
  }

  @Test
  void shouldOnlyLowerWhatIsConfigured() {
    Simulation simulation =
        new Simulation(
                time,
                Provider.windows(600, 0, Duration.ofMinutes(1)),
                Duration.ofMillis(500),
                Simulation.Stamp.ARRIVAL,
                200,
                Calls::call)
            .with(limits(Calls.config(Calls.perMinute(60.0, null))));

    simulation.run(Duration.ofMinutes(2));

    assertThat(simulation.served(Duration.ZERO, Duration.ofMinutes(2))).isBetween(118L, 121L);
  }

  @ParameterizedTest
  @CsvSource({
    "600, 0, 20000, 20000",
    "600, 0, 31536000000, 60000",
    "600, 0, , 60000",
    "0, 0, 31536000000, 60000",
    "0, 0, 0, 0",
    ", 0, 1000, 1000",
    "600, , 60000, 0",
    "600, 1, 60000, 30000", // in the middle of what is left
    "600, 9223372036854775807, 60000, 0",
    "9223372036854775807, 9223372036854775807, 60000, 0"
  })
  void shouldNotWaitForLongWhateverIsSaid(
      @Nullable Long limit, @Nullable Long remaining, @Nullable Long resetMillis, long waitMillis) {
    RateLimits limits = limits(Calls.config(Limits.NONE));
    Duration reset = resetMillis == null ? null : Duration.ofMillis(resetMillis);
    hear(limits, new RateSignals(new RateSignals.Window(limit, remaining, reset), null));

    assertThat(waited(limits, Calls.call()).toMillis()).isEqualTo(waitMillis);
  }

  @Test
  void shouldNotLetOneModelOfACredentialStopAnother() {
    RateLimits limits = limits(Calls.config(Limits.NONE));
    hear(limits, nothingLeft());

    CallScope other = new CallScope(Calls.SCOPE.credential(), null, "another model");
    assertThat(limits.wait(Calls.call())).isPositive();
    assertThat(limits.wait(Calls.call(other, TokenEstimate.NONE))).isZero();
  }

  @Test
  void shouldNotListenToAnAnswerOfACallThatIsOlderThanTheOneThatHasToldTheMost() {
    RateLimits limits = limits(Calls.config(Limits.NONE));
    CompletionCall older = Calls.call();
    CompletionCall newer = Calls.call();
    limits.started(older);
    limits.started(newer);
    Duration minute = Duration.ofMinutes(1);
    limits.ended(
        newer, Calls.answered(new RateSignals(new RateSignals.Window(600L, 600L, minute), null)));
    limits.ended(older, Calls.answered(nothingLeft()));

    assertThat(waited(limits, Calls.call())).isLessThan(Duration.ofMillis(101));
  }

  @Test
  void shouldForgetModelsThatNobodyCalls() {
    ReportedLimits learned = new ReportedLimits(whole());
    for (int i = 0; i < 100_000; i++) {
      CompletionCall call = Calls.of("key " + i, "model");
      learned.end(learned.start(call, time.getAsLong()), nothingLeft(), time.getAsLong());
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(learned.size()).isLessThan(2_000);
  }

  private static Provider provider(String kind) {
    return switch (kind) {
      case "windows" -> Provider.windows(600, 0, Duration.ofMinutes(1));
      case "short" -> Provider.windows(10, 0, Duration.ofSeconds(1));
      default -> Provider.bucket(600);
    };
  }

  private static RateSignals nothingLeft() {
    return new RateSignals(new RateSignals.Window(600L, 0L, Duration.ofMinutes(1)), null);
  }

  private static void hear(RateLimits limits, RateSignals signals) {
    CompletionCall call = Calls.call();
    limits.started(call);
    limits.ended(call, Calls.answered(signals));
  }

  private Share whole() {
    return Share.of(Calls.config(Limits.NONE), time);
  }
}
