package io.completionworker.resilience.limit;

import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.TokenEstimate;
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
   * @param refund whether answered calls give back what they did not use
   */
  static Settlement of(AttemptResult result, TokenEstimate reserved, boolean refund) {
    if (result instanceof AttemptResult.Rejected rejected) {
      return rejected.error().maybeBilled() ? new Settlement(reserved, false) : NOTHING;
    }
    Answer answer = ((AttemptResult.Answered) result).answer();
    return answer.cacheHit() ? NOTHING : new Settlement(used(answer.usage(), reserved), refund);
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
