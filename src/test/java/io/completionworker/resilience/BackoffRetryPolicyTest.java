// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.RetryConfig;
import io.completionworker.fixtures.Results;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffRetryPolicyTest {

  @Test
  void shouldWaitLongerBeforeEveryAttemptUpToTheLongestWait() {
    RetryPolicy policy = policy(6, 0, HoldConfig.Action.WAIT);

    assertThat(IntStream.rangeClosed(1, 5).mapToObj(n -> policy.backoff(n, serverError(null))))
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
  }

  @Test
  void shouldLeaveNoAttemptBeyondTheLast() {
    RetryPolicy policy = policy(6, 0, HoldConfig.Action.WAIT);

    assertThat(policy.exhausted(0)).isFalse();
    assertThat(policy.exhausted(5)).isFalse();
    assertThat(policy.exhausted(6)).isTrue();
    assertThat(policy.exhausted(7)).as("since it was lowered").isTrue();
  }

  @Test
  void shouldWaitAtLeastAsLongAsTheServerAsksFor() {
    RetryPolicy policy = policy(9, 0.5, HoldConfig.Action.WAIT);

    assertThat(policy.backoff(1, serverError(Duration.ofSeconds(30))))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 20, 499})
  void shouldNotWaitLessBecauseAServerAsksForLess(long millis) {
    RetryPolicy policy = policy(9, 0.5, HoldConfig.Action.WAIT);

    for (int used = 1; used < 9; used++) {
      assertThat(policy.backoff(used, serverError(Duration.ofMillis(millis))))
          .isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }
  }

  @Test
  void shouldCutAnAbsurdDelayToTheLongestThatIsAllowed() {
    RetryPolicy policy = policy(9, 0, HoldConfig.Action.WAIT);

    assertThat(policy.backoff(1, serverError(Duration.ofDays(365))))
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(policy.backoff(1, serverError(Duration.ofSeconds(Long.MAX_VALUE))))
        .isEqualTo(Duration.ofMinutes(10));
  }

  @RepeatedTest(20)
  void shouldSpreadTheWaitsByItsJitter() {
    Duration wait = policy(9, 0.5, HoldConfig.Action.WAIT).backoff(1, serverError(null));

    assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_500));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.99, 1})
  void shouldTakeEveryJitterThatTheConfigurationAllows(double jitter) {
    assertThat(policy(2, jitter, HoldConfig.Action.WAIT).backoff(1, serverError(null)))
        .isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void shouldRepeatWhatMaySucceedLaterAndNothingElse() {
    RetryPolicy policy = policy(9, 0, HoldConfig.Action.WAIT);

    assertThat(policy.repeats(serverError(null))).isTrue();
    assertThat(policy.repeats(Results.error(FailureReason.BAD_REQUEST, Disposition.FAIL, null)))
        .isFalse();
  }

  @Test
  void shouldRepeatWhatAnAccountIsAtFaultForUnlessItIsToFail() {
    AttemptError hold = Results.error(FailureReason.UNAUTHORIZED, Disposition.HOLD, null);

    assertThat(policy(2, 0, HoldConfig.Action.WAIT).repeats(hold)).isTrue();
    assertThat(policy(2, 0, HoldConfig.Action.FAIL).repeats(hold)).isFalse();
  }

  @Test
  void shouldShowInTheMetersOfResilience4jHowRequestsEnded() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    BackoffRetryPolicy policy = policy(3, 0.5, HoldConfig.Action.WAIT);
    policy.watch(registry);

    policy.answered(1);
    policy.answered(1);
    policy.answered(3);
    policy.failed(serverError(null));
    policy.failed(Results.error(FailureReason.BAD_REQUEST, Disposition.FAIL, null));

    assertThat(
            registry.get("resilience4j.retry.calls").tag("name", "attempts").meters().stream()
                .collect(
                    Collectors.toMap(
                        meter -> String.valueOf(meter.getId().getTag("kind")),
                        meter -> ((FunctionCounter) meter).count())))
        .containsOnly(
            Map.entry("successful_without_retry", 2.0),
            Map.entry("successful_with_retry", 1.0),
            Map.entry("failed_with_retry", 1.0),
            Map.entry("failed_without_retry", 1.0));
  }

  private static BackoffRetryPolicy policy(int attempts, double jitter, HoldConfig.Action hold) {
    return new BackoffRetryPolicy(
        new RetryConfig(
            attempts,
            Duration.ofSeconds(1),
            2,
            Duration.ofSeconds(5),
            jitter,
            Duration.ofMinutes(10)),
        new HoldConfig(hold, Duration.ofSeconds(1), Duration.ofSeconds(2), 0, 100, Duration.ZERO));
  }

  private static AttemptError serverError(@Nullable Duration retryAfter) {
    return Results.error(FailureReason.SERVER_ERROR, Disposition.RETRY, retryAfter);
  }
}
