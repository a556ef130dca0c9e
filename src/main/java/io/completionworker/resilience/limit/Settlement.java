// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import org.jspecify.annotations.Nullable;

/**
 * The settlement of an attempt: the tokens that finally count against the limits.
 *
 * @param used the tokens that count
 * @param refund whether tokens reserved beyond that are given back
 */
record Settlement(TokenEstimate used, boolean refund) {

  /**
   * The settlement of an attempt that bought nothing. All tokens are given back, even where calls
   * are charged what they reserved.
   */
  private static final Settlement NOTHING = new Settlement(TokenEstimate.NONE, true);

  /**
   * Returns the settlement of an attempt that has ended.
   *
   * @param reserved the tokens reserved for it
   * @param refund whether calls give back tokens that they are known not to have used
   */
  static Settlement of(AttemptResult result, TokenEstimate reserved, boolean refund) {
    Served served = result.served();
    boolean free =
        result instanceof AttemptResult.Rejected rejected && !rejected.error().maybeBilled();
    if (free || (served != null && served.cacheHit())) {
      return NOTHING;
    }
    TokenUsage usage = served == null ? null : served.usage();
    boolean known = result instanceof AttemptResult.Answered || usage != null;
    return new Settlement(used(usage, reserved), known && refund);
  }

  /**
   * Returns the tokens used. If the total exceeds the sum of its parts, the excess counts as
   * completion tokens.
   */
  private static TokenEstimate used(@Nullable TokenUsage usage, TokenEstimate reserved) {
    if (usage == null) {
      return reserved;
    }
    long input = Math.max(0, usage.getPromptTokens());
    long output = Math.max(usage.getCompletionTokens(), usage.getTotalTokens() - input);
    return input + output <= 0 ? reserved : new TokenEstimate(input, Math.max(0, output));
  }
}
