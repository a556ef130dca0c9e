// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Faults by probability; what is left of 1 is answered.
 *
 * @param serverError 500
 * @param overloaded 503 with the code {@code server_is_overloaded}
 * @param rateLimited 429 with {@code retry-after-ms}
 * @param reset connection closed without an answer
 * @param truncated connection closed in the middle of the answer
 * @param retryAfter what a 429 asks for
 */
public record ErrorMix(
    double serverError,
    double overloaded,
    double rateLimited,
    double reset,
    double truncated,
    Duration retryAfter) {

  /** Refuses what is no probability. */
  public ErrorMix {
    double sum = serverError + overloaded + rateLimited + reset + truncated;
    double least =
        Math.min(
            serverError, Math.min(overloaded, Math.min(rateLimited, Math.min(reset, truncated))));
    if (least < 0 || sum > 1) {
      throw new IllegalArgumentException("probabilities of faults must be >= 0, their sum <= 1");
    }
  }

  public static ErrorMix none() {
    return new ErrorMix(0, 0, 0, 0, 0, Duration.ZERO);
  }

  /** The next call's fault; takes one number from {@code random}. */
  Optional<Reply> next(RandomGenerator random) {
    double left = random.nextDouble();
    if ((left -= serverError) < 0) {
      return Optional.of(Reply.serverError());
    }
    if ((left -= overloaded) < 0) {
      return Optional.of(Reply.overloaded());
    }
    if ((left -= rateLimited) < 0) {
      return Optional.of(Reply.rateLimited(retryAfter));
    }
    if ((left -= reset) < 0) {
      return Optional.of(Reply.reset());
    }
    return left - truncated < 0 ? Optional.of(Reply.truncated()) : Optional.empty();
  }
}
