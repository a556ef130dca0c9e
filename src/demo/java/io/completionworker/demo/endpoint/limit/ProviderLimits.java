// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint.limit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a provider allows in a fixed window. Windows are aligned to the epoch, so those of a minute
 * begin with the minute.
 *
 * @param requests of a window, or null for any number; what is refused counts too
 * @param tokens of a window, or null for any number; what is refused does not count
 * @param retryAfter how a refusal says when to come back
 * @param headers whether answers say what is left ({@code x-ratelimit-*})
 */
public record ProviderLimits(
    @Nullable Integer requests,
    @Nullable Long tokens,
    Duration window,
    Scope scope,
    Charge charge,
    RetryAfterForm retryAfter,
    boolean headers) {

  /** What has limits of its own. */
  public enum Scope {
    /** All calls together. */
    ALL,
    /** What a call authenticates with: its virtual key, else its authorization or API key. */
    CREDENTIAL
  }

  /** What a call costs once it has its answer. Until then it costs all that it may use. */
  public enum Charge {
    /** The tokens that it has used. */
    USAGE,
    /** All that it might have used. */
    RESERVATION
  }

  /** Headers of a refusal. */
  public enum RetryAfterForm {
    NONE,
    /** {@code retry-after}, rounded up. */
    SECONDS,
    /** {@code retry-after-ms}. */
    MILLIS,
    BOTH
  }

  /** No limits, and calls counted by the minute. */
  public static ProviderLimits none() {
    return counting(Duration.ofMinutes(1));
  }

  /** No limits, and calls counted by this window. */
  public static ProviderLimits counting(Duration window) {
    return new ProviderLimits(
        null, null, window, Scope.ALL, Charge.USAGE, RetryAfterForm.BOTH, false);
  }

  /** So many requests in a window, of all callers together, with all headers. */
  public static ProviderLimits requests(int requests, Duration window) {
    return new ProviderLimits(
        requests, null, window, Scope.ALL, Charge.USAGE, RetryAfterForm.BOTH, true);
  }

  /** So many tokens in a window, of all callers together, with all headers. */
  public static ProviderLimits tokens(long tokens, Duration window) {
    return new ProviderLimits(
        null, tokens, window, Scope.ALL, Charge.USAGE, RetryAfterForm.BOTH, true);
  }

  /** The same, with so many tokens in a window. */
  public ProviderLimits andTokens(long value) {
    return new ProviderLimits(requests, value, window, scope, charge, retryAfter, headers);
  }

  /** The same for each credential. */
  public ProviderLimits perCredential() {
    return new ProviderLimits(
        requests, tokens, window, Scope.CREDENTIAL, charge, retryAfter, headers);
  }

  /** The same, with nothing given back. */
  public ProviderLimits chargingReservations() {
    return new ProviderLimits(
        requests, tokens, window, scope, Charge.RESERVATION, retryAfter, headers);
  }

  /** The same with refusals of this form. */
  public ProviderLimits refusingWith(RetryAfterForm form) {
    return new ProviderLimits(requests, tokens, window, scope, charge, form, headers);
  }

  /** The same, silent about what is left. */
  public ProviderLimits withoutHeaders() {
    return new ProviderLimits(requests, tokens, window, scope, charge, retryAfter, false);
  }

  /** Whether a call's tokens have to be known before it is made. */
  boolean reservesTokens() {
    return tokens != null || charge == Charge.RESERVATION;
  }
}
