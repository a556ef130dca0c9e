package io.completionworker.pricing;

import java.math.BigDecimal;

/** Prices per million tokens, by kind of token. */
record Rates(
    BigDecimal input,
    BigDecimal cachedInput,
    BigDecimal audioInput,
    BigDecimal output,
    BigDecimal reasoning,
    BigDecimal audioOutput) {

  private static final int MILLIONTHS = -6;

  /** What these tokens cost, exactly. */
  BigDecimal amount(UsedTokens tokens) {
    return price(tokens.plainPrompt(), input)
        .add(price(tokens.cached(), cachedInput))
        .add(price(tokens.audioPrompt(), audioInput))
        .add(price(tokens.plainCompletion(), output))
        .add(price(tokens.reasoning(), reasoning))
        .add(price(tokens.audioCompletion(), audioOutput))
        .scaleByPowerOfTen(MILLIONTHS);
  }

  private static BigDecimal price(long tokens, BigDecimal perMillion) {
    return perMillion.multiply(BigDecimal.valueOf(tokens));
  }
}
