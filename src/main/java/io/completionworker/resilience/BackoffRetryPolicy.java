// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.RetryConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * Retries with the settings of a {@link Retry} of Resilience4j: a maximum number of attempts, and
 * exponential backoff with jitter. The backoff is a lower bound: a wait that the server asks for
 * can only lengthen it.
 *
 * <p>The decorators of Resilience4j are not used. They run the attempts themselves, so a waiting
 * request would keep its slot, and their promise never completes when a retried supplier throws
 * (2.4.0). A retry context is not used to count attempts either, because it counts from one,
 * whereas the attempt count of a request survives a restart of the process. This class therefore
 * only reads the maximum number of attempts and the intervals. It reports each request to a context
 * once, after the request has ended, to update the meters.
 */
public final class BackoffRetryPolicy implements RetryPolicy {

  /** The name of the one retry. All requests share it because all are retried alike. */
  private static final String NAME = "attempts";

  private final RetryConfig config;
  private final RetryRegistry registry;
  private final Retry retry;
  private final io.github.resilience4j.retry.RetryConfig attempts;
  private final boolean holds;

  /** Creates a policy with these settings. */
  public BackoffRetryPolicy(RetryConfig config, HoldConfig hold) {
    this.config = config;
    attempts =
        io.github.resilience4j.retry.RetryConfig.<AttemptError>custom()
            .maxAttempts(config.maxAttempts())
            .retryOnResult(error -> error.disposition() == Disposition.RETRY)
            .retryOnException(e -> e instanceof EndedException ended && ended.repeated)
            .intervalFunction(backoff(config))
            .build();
    registry = RetryRegistry.of(attempts);
    retry = registry.retry(NAME);
    holds = hold.action() == HoldConfig.Action.WAIT;
  }

  /** Registers the retry's meters. */
  public void watch(MeterRegistry meters) {
    TaggedRetryMetrics.ofRetryRegistry(registry).bindTo(meters);
  }

  @Override
  public void answered(int used) {
    Retry.AsyncContext<?> context = retry.asyncContext();
    if (used > 1 && attempts.getMaxAttempts() > 1) {
      context.onError(new EndedException(true)); // one error is enough for the count
    }
    context.onComplete();
  }

  @Override
  public void failed(AttemptError error) {
    Retry.AsyncContext<?> context = retry.asyncContext();
    if (!repeats(error)) {
      context.onError(new EndedException(false));
      return;
    }
    for (int i = 0; i < attempts.getMaxAttempts(); i++) {
      context.onError(new EndedException(true));
    }
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

  /** The end of an attempt, in the form that a retry context expects. It has no stack trace. */
  private static final class EndedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean repeated;

    EndedException(boolean repeated) {
      super(repeated ? "may be repeated" : "is not repeated", null, false, false);
      this.repeated = repeated;
    }
  }
}
