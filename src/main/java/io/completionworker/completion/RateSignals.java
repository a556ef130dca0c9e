// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint said about its limits, whatever else it answered ({@code x-ratelimit-limit-*},
 * {@code -remaining-*} and {@code -reset-*}).
 *
 * @param requests of requests, or null when it said nothing
 * @param tokens of tokens, or null when it said nothing
 */
public record RateSignals(@Nullable Window requests, @Nullable Window tokens) {

  /** Nothing was said. */
  public static final RateSignals NONE = new RateSignals(null, null);

  /**
   * One limit of the account.
   *
   * @param limit of a whole window, or null; never negative
   * @param remaining what is left of it, or null; never negative
   * @param reset time until it is whole again, or null; never negative
   */
  public record Window(@Nullable Long limit, @Nullable Long remaining, @Nullable Duration reset) {}
}
