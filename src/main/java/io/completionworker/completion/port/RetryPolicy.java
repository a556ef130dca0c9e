package io.completionworker.completion.port;

import io.completionworker.completion.AttemptError;
import java.time.Duration;
import java.util.Optional;

/** Decides whether and when a request is tried again. Used on the dispatcher thread only. */
@FunctionalInterface
public interface RetryPolicy {

  /** Starts the count of one request. */
  Schedule begin();

  /** The retries of one request. */
  @FunctionalInterface
  interface Schedule {

    /**
     * Wait before the next attempt, or empty when there are none left.
     *
     * @param error of disposition RETRY; its {@code retryAfter} wins over the backoff
     */
    Optional<Duration> next(AttemptError error);
  }
}
