// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.completion.CompletionCall;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What budgets need to know of calls and prices.
 *
 * @param currency of the price file; empty if there is none
 * @param bound returns the most that a call is expected to cost; empty if it has no price
 * @param metadataOf returns the metadata that a call sends
 * @param known how long it takes at most until all instances know what one has taken
 */
public record Pricing(
    String currency,
    Function<CompletionCall, Optional<BigDecimal>> bound,
    Function<CompletionCall, Map<String, String>> metadataOf,
    Duration known) {

  /** No prices, for a worker without budgets. */
  static final Pricing NONE =
      new Pricing("", call -> Optional.empty(), call -> Map.of(), Duration.ZERO);
}
