// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult.AttemptError;
import java.time.Duration;

/**
 * Decides whether and when a request is tried again. The number of attempts used up is stored with
 * the request. Used on the dispatcher thread only.
 */
public interface RetryPolicy {

  /** Whether a request that has used up this number of attempts has none left. */
  boolean exhausted(int attempts);

  /** Whether an attempt with this error is followed by another one, if one is left. */
  boolean repeats(AttemptError error);

  /**
   * Returns the wait before the next attempt: the backoff, or the wait that the server asked for if
   * that is longer.
   *
   * @param attempts number of attempts that the request has used up
   */
  Duration backoff(int attempts, AttemptError error);

  /**
   * Counts an answered request, by whether it needed more than one attempt.
   *
   * @param attempts number of attempts that the request has used up
   */
  default void answered(int attempts) {}

  /**
   * Counts a request that failed with its last attempt.
   *
   * @param error error of this attempt
   */
  default void failed(AttemptError error) {}
}
