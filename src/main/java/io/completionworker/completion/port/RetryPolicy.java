// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult.AttemptError;
import java.time.Duration;

/**
 * Decides whether and when a request is tried again. How many attempts a request has used up is
 * remembered with the request. Used on the dispatcher thread only.
 */
public interface RetryPolicy {

  /** Whether a request that has used up so many attempts has none left. */
  boolean exhausted(int attempts);

  /** Whether an attempt that ended like this is followed by another one, while any is left. */
  boolean repeats(AttemptError error);

  /**
   * Wait before the next attempt: the backoff, or the wait that the server asks for when that is
   * longer.
   *
   * @param attempts that the request has used up
   */
  Duration backoff(int attempts, AttemptError error);

  /**
   * A request was answered; for the count of those that were, with further attempts or without.
   *
   * @param attempts that it has used up
   */
  default void answered(int attempts) {}

  /**
   * A request has failed by its last attempt; for the count of those.
   *
   * @param error that this attempt ended with
   */
  default void failed(AttemptError error) {}
}
