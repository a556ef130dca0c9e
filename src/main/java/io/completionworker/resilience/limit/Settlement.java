// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt counts in the end.
 *
 * @param used tokens
 * @param refund whether what was reserved beyond that goes back
 */
record Settlement(TokenEstimate used, boolean refund) {

  /** Nothing was bought, so all goes back even where reservations are charged. */
  private static final Settlement NOTHING = new Settlement(TokenEstimate.NONE, true);

  /**
   * Of an attempt that has ended.
   *
   * @param reserved for it
   * @param refund whether calls give back what they are known not to have used
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

  /** A sum above its parts has other tokens in it; those are of the completion. */
  private static TokenEstimate used(@Nullable TokenUsage usage, TokenEstimate reserved) {
    if (usage == null) {
      return reserved;
    }
    long input = Math.max(0, usage.getPromptTokens());
    long output = Math.max(usage.getCompletionTokens(), usage.getTotalTokens() - input);
    return input + output <= 0 ? reserved : new TokenEstimate(input, Math.max(0, output));
  }
}
