// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.completionworker.metrics.MeterSpec.Registration;
import io.completionworker.metrics.MeterSpec.Registration.ByTag;
import io.micrometer.core.instrument.Counter;

/**
 * Counts what requests gain from each other: the answers of others, and prompts that the provider
 * has in its cache. Safe on every thread.
 */
public final class CacheCounters {

  private final ByTag<Counter> answers;
  private final ByTag<Counter> prefixes;

  CacheCounters(Registration registration) {
    answers = new ByTag<>(result -> registration.counter(RequestMeters.CACHE_REQUESTS, result));
    prefixes = new ByTag<>(prefix -> registration.counter(RequestMeters.PREFIX_CALLS, prefix));
  }

  /**
   * Counts a request that was looked up in the answer memory.
   *
   * @param result a constant of {@link RequestMeters}
   */
  public void answer(String result) {
    answers.of(result).increment();
  }

  /**
   * Counts a call with a long prompt.
   *
   * @param prefix how the provider's cache was, a constant of {@link RequestMeters}
   */
  public void prefix(String prefix) {
    prefixes.of(prefix).increment();
  }
}
