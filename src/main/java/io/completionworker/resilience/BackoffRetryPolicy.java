package io.completionworker.resilience;

import io.completionworker.completion.AttemptError;
import io.completionworker.completion.Disposition;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.RetryConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import java.time.Duration;

/**
 * Retries by Resilience4j: so many attempts, exponential backoff with jitter. The backoff is a
 * lower bound: the server's wait can only lengthen it.
 *
 * <p>Only the bound and the intervals are Resilience4j's. Its decorators run the attempts
 * themselves, which would keep a waiting request's slot, and their promise never completes when a
 * retried supplier throws; its contexts count from one, and a request's count outlives the process
 * (2.4.0).
 */
public final class BackoffRetryPolicy implements RetryPolicy {

  private final RetryConfig config;
  private final io.github.resilience4j.retry.RetryConfig attempts;
  private final boolean holds;

  /** A policy of these settings. */
  public BackoffRetryPolicy(RetryConfig config, HoldConfig hold) {
    this.config = config;
    attempts =
        io.github.resilience4j.retry.RetryConfig.<AttemptError>custom()
            .maxAttempts(config.maxAttempts())
            .retryOnResult(error -> error.disposition() == Disposition.RETRY)
            .intervalFunction(backoff(config))
            .build();
    holds = hold.action() == HoldConfig.Action.WAIT;
  }

  @Override
  public boolean exhausted(int used) {
    return used >= attempts.getMaxAttempts();
  }

  @Override
  public boolean repeats(AttemptError error) {
    return attempts.<AttemptError>getResultPredicate().test(error)
        || (holds && error.disposition() == Disposition.HOLD);
  }

  @Override
  public Duration backoff(int used, AttemptError error) {
    long backoff =
        attempts
            .<AttemptError>getIntervalBiFunction()
            .apply(Math.max(1, used), Either.right(error));
    Duration asked = error.retryAfter();
    if (asked == null) {
      return Duration.ofMillis(backoff);
    }
    Duration longest = config.maxServerDelay();
    long wait = (asked.compareTo(longest) < 0 ? asked : longest).toMillis();
    return Duration.ofMillis(Math.max(backoff, wait));
  }

  private static IntervalFunction backoff(RetryConfig config) {
    return config.jitter() == 0
        ? IntervalFunction.ofExponentialBackoff(
            config.initialBackoff(), config.multiplier(), config.maxBackoff())
        : IntervalFunction.ofExponentialRandomBackoff(
            config.initialBackoff(), config.multiplier(), config.jitter(), config.maxBackoff());
  }
}
