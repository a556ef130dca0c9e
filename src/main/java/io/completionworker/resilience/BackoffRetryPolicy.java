package io.completionworker.resilience;

import io.completionworker.completion.AttemptError;
import io.completionworker.completion.Disposition;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.RetryConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.Optional;

/**
 * Retries by Resilience4j: so many attempts, exponential backoff with jitter; the server's delay
 * wins.
 *
 * <p>Only the count and the intervals are Resilience4j's. Its decorators run the attempts
 * themselves, which would keep a waiting request's slot, and their promise never completes when a
 * retried supplier throws (2.4.0).
 */
public final class BackoffRetryPolicy implements RetryPolicy {

  private final Retry retry;
  private final HoldConfig.Action holdAction;

  /** A policy of these settings. */
  public BackoffRetryPolicy(RetryConfig config, HoldConfig hold) {
    IntervalFunction backoff = backoff(config);
    retry =
        Retry.of(
            "completions",
            io.github.resilience4j.retry.RetryConfig.<AttemptError>custom()
                .maxAttempts(config.maxAttempts())
                .retryOnResult(error -> error.disposition() == Disposition.RETRY)
                .intervalBiFunction(
                    (attempt, result) -> delay(config, result.get(), backoff.apply(attempt)))
                .build());
    holdAction = hold.action();
  }

  @Override
  public Schedule begin() {
    Retry.AsyncContext<AttemptError> context = retry.asyncContext();
    return error -> next(context, error);
  }

  private Optional<Duration> next(Retry.AsyncContext<AttemptError> context, AttemptError error) {
    if (error.disposition() == Disposition.HOLD) {
      // Waits in its lane until the credential is released; no attempt is used up.
      return holdAction == HoldConfig.Action.WAIT ? Optional.of(Duration.ZERO) : Optional.empty();
    }
    long millis = context.onResult(error);
    return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  private static IntervalFunction backoff(RetryConfig config) {
    return config.jitter() == 0
        ? IntervalFunction.ofExponentialBackoff(
            config.initialBackoff(), config.multiplier(), config.maxBackoff())
        : IntervalFunction.ofExponentialRandomBackoff(
            config.initialBackoff(), config.multiplier(), config.jitter(), config.maxBackoff());
  }

  private static long delay(RetryConfig config, AttemptError error, long backoffMillis) {
    Duration asked = error.retryAfter();
    if (asked == null) {
      return backoffMillis;
    }
    Duration longest = config.maxServerDelay();
    return (asked.compareTo(longest) < 0 ? asked : longest).toMillis();
  }
}
