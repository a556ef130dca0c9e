// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import java.math.BigDecimal;

/** Prices per million tokens, by kind of token. */
record Rates(
    BigDecimal input,
    BigDecimal cachedInput,
    BigDecimal cacheWrite,
    BigDecimal cacheWriteForAnHour,
    BigDecimal audioInput,
    BigDecimal output,
    BigDecimal reasoning,
    BigDecimal audioOutput) {

  private static final int MILLIONTHS = -6;

  /** What these tokens cost, exactly. */
  BigDecimal amount(UsedTokens tokens) {
    return in(tokens.in()).add(out(tokens.out())).scaleByPowerOfTen(MILLIONTHS);
  }

  private BigDecimal in(UsedTokens.In tokens) {
    return price(tokens.plain(), input)
        .add(price(tokens.cached(), cachedInput))
        .add(price(tokens.written() - tokens.writtenForAnHour(), cacheWrite))
        .add(price(tokens.writtenForAnHour(), cacheWriteForAnHour))
        .add(price(tokens.audio(), audioInput));
  }

  private BigDecimal out(UsedTokens.Out tokens) {
    return price(tokens.plain(), output)
        .add(price(tokens.reasoning(), reasoning))
        .add(price(tokens.audio(), audioOutput));
  }

  private static BigDecimal price(long tokens, BigDecimal perMillion) {
    return perMillion.multiply(BigDecimal.valueOf(tokens));
  }
}
