// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.pricing.PriceList;
import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.UsedTokens;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The most that a call is expected to cost: its estimated tokens at the prices that hold now. Safe
 * on every thread.
 */
public final class CostBound implements Function<CompletionCall, Optional<BigDecimal>> {

  private final PriceList prices;
  private final @Nullable String provider;
  private final LongSupplier millis;

  /**
   * @param provider the configured provider, which requests use that name none
   * @param millis wall clock, Unix time in milliseconds
   */
  public CostBound(PriceList prices, @Nullable String provider, LongSupplier millis) {
    this.prices = prices;
    this.provider = provider;
    this.millis = millis;
  }

  /** Returns the amount; empty if the model has no price. */
  @Override
  public Optional<BigDecimal> apply(CompletionCall call) {
    String named = call.provider();
    TokenEstimate tokens = call.tokens();
    Cost cost =
        prices.greatest(
            new PricedCall(
                call.request().getModel(),
                named == null ? provider : named,
                call.scope().tier(),
                millis.getAsLong(),
                tokens.images().count()),
            UsedTokens.expected(tokens.input(), tokens.images().tokens(), tokens.output()));
    return cost instanceof Cost.Known known ? Optional.of(known.amount()) : Optional.empty();
  }
}
