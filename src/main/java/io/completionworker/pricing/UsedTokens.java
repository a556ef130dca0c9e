package io.completionworker.pricing;

/**
 * Tokens that a call used. Cached and audio tokens are part of the prompt, reasoning and audio
 * tokens part of the completion; no part is counted twice.
 *
 * <p>Counts that do not fit together are made to: none is under zero, and parts give way to their
 * whole, audio first. So a cost is never negative and never over that of the dearest kind of token.
 */
public record UsedTokens(
    long prompt,
    long cached,
    long audioPrompt,
    long completion,
    long reasoning,
    long audioCompletion) {

  public UsedTokens {
    prompt = part(prompt, Long.MAX_VALUE);
    cached = part(cached, prompt);
    audioPrompt = part(audioPrompt, prompt - cached);
    completion = part(completion, Long.MAX_VALUE);
    reasoning = part(reasoning, completion);
    audioCompletion = part(audioCompletion, completion - reasoning);
  }

  /** Tokens of the prompt that are neither cached nor audio. */
  long plainPrompt() {
    return prompt - cached - audioPrompt;
  }

  /** Tokens of the completion that are neither reasoning nor audio. */
  long plainCompletion() {
    return completion - reasoning - audioCompletion;
  }

  private static long part(long count, long most) {
    return Math.max(0, Math.min(count, most));
  }
}
