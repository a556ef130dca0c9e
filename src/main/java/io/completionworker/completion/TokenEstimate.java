// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/**
 * Tokens that one attempt is expected to use at most, worked out before the call.
 *
 * @param input tokens of the prompt
 * @param output tokens that the completions may have, all choices together
 */
public record TokenEstimate(long input, long output) {

  /** Nothing is known, or nobody counts. */
  public static final TokenEstimate NONE = new TokenEstimate(0, 0);

  public long total() {
    return input + output;
  }
}
