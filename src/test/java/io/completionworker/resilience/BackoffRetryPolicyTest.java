package io.completionworker.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.Disposition;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.RetryConfig;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffRetryPolicyTest {

  @Test
  void shouldWaitLongerBeforeEveryAttemptUpToTheLongestWait() {
    RetryPolicy.Schedule retries = policy(6, 0, HoldConfig.Action.WAIT).begin();

    assertThat(retries.next(serverError(null))).contains(Duration.ofSeconds(1));
    assertThat(retries.next(serverError(null))).contains(Duration.ofSeconds(2));
    assertThat(retries.next(serverError(null))).contains(Duration.ofSeconds(4));
    assertThat(retries.next(serverError(null))).contains(Duration.ofSeconds(5));
    assertThat(retries.next(serverError(null))).contains(Duration.ofSeconds(5));
    assertThat(retries.next(serverError(null))).as("six attempts are made").isEmpty();
  }

  @Test
  void shouldCountTheAttemptsOfEachRequestByItself() {
    RetryPolicy policy = policy(2, 0, HoldConfig.Action.WAIT);
    RetryPolicy.Schedule first = policy.begin();
    RetryPolicy.Schedule second = policy.begin();

    assertThat(first.next(serverError(null))).isPresent();
    assertThat(first.next(serverError(null))).isEmpty();
    assertThat(second.next(serverError(null))).isPresent();
  }

  @Test
  void shouldRetryAfterTheDelayTheServerAsksFor() {
    RetryPolicy.Schedule retries = policy(9, 0.5, HoldConfig.Action.WAIT).begin();

    assertThat(retries.next(serverError(Duration.ofMillis(20)))).contains(Duration.ofMillis(20));
    assertThat(retries.next(serverError(Duration.ofSeconds(30)))).contains(Duration.ofSeconds(30));
    assertThat(retries.next(serverError(Duration.ZERO))).contains(Duration.ZERO);
  }

  @Test
  void shouldCutAnAbsurdDelayToTheLongestThatIsAllowed() {
    RetryPolicy.Schedule retries = policy(9, 0, HoldConfig.Action.WAIT).begin();

    assertThat(retries.next(serverError(Duration.ofDays(365)))).contains(Duration.ofMinutes(10));
    assertThat(retries.next(serverError(Duration.ofSeconds(Long.MAX_VALUE))))
        .contains(Duration.ofMinutes(10));
  }

  @RepeatedTest(20)
  void shouldSpreadTheWaitsByItsJitter() {
    Duration wait =
        policy(9, 0.5, HoldConfig.Action.WAIT).begin().next(serverError(null)).orElseThrow();

    assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_500));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.99, 1})
  void shouldTakeEveryJitterThatTheConfigurationAllows(double jitter) {
    assertThat(policy(2, jitter, HoldConfig.Action.WAIT).begin().next(serverError(null)))
        .isPresent();
  }

  @Test
  void shouldNotRetryWhatIsTheRequestsFault() {
    RetryPolicy.Schedule retries = policy(9, 0, HoldConfig.Action.WAIT).begin();

    assertThat(retries.next(Results.error(FailureReason.BAD_REQUEST, Disposition.FAIL, null)))
        .isEmpty();
  }

  @Test
  void shouldWaitWithoutEndForAnAccountThatIsAtFault() {
    RetryPolicy.Schedule retries = policy(2, 0, HoldConfig.Action.WAIT).begin();
    AttemptError hold = Results.error(FailureReason.UNAUTHORIZED, Disposition.HOLD, null);

    for (int i = 0; i < 100; i++) {
      assertThat(retries.next(hold)).contains(Duration.ZERO);
    }
    assertThat(retries.next(serverError(null))).as("no attempt was used up").isPresent();
  }

  @Test
  void shouldFailForAnAccountThatIsAtFaultWhenAskedTo() {
    RetryPolicy.Schedule retries = policy(9, 0, HoldConfig.Action.FAIL).begin();

    assertThat(retries.next(Results.error(FailureReason.UNAUTHORIZED, Disposition.HOLD, null)))
        .isEmpty();
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
        new HoldConfig(hold, Duration.ofSeconds(1), Duration.ofSeconds(2), 0, 100));
  }

  private static AttemptError serverError(@Nullable Duration retryAfter) {
    return Results.error(FailureReason.SERVER_ERROR, Disposition.RETRY, retryAfter);
  }
}
