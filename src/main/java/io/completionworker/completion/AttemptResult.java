// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.TokenUsage;
import org.jspecify.annotations.Nullable;

/** How one attempt ended. */
public sealed interface AttemptResult {

  /** What the endpoint said about its limits. */
  RateSignals signals();

  /** What the response said of the work behind it; null when none came. */
  @Nullable Served served();

  /** Provider that served it, else the one that the call itself asked for; null for neither. */
  default @Nullable String provider(CompletionCall call) {
    Served served = served();
    String named = served == null ? null : served.gateway().getProvider();
    return named == null ? call.provider() : named;
  }

  /**
   * Whether the work behind it was or may have been billed: it was answered, nobody knows how far
   * it got, or it says itself what it used.
   */
  default boolean maybeBilled() {
    if (!(this instanceof Rejected rejected) || rejected.error().maybeBilled()) {
      return true;
    }
    Served served = rejected.served();
    TokenUsage usage = served == null ? null : served.usage();
    return usage != null
        && Math.max(usage.getTotalTokens(), usage.getPromptTokens() + usage.getCompletionTokens())
            > 0;
  }

  /** With an answer. */
  record Answered(Answer answer, RateSignals signals) implements AttemptResult {

    /** Of an endpoint that said nothing about limits. */
    public Answered(Answer answer) {
      this(answer, RateSignals.NONE);
    }

    @Override
    public Served served() {
      return answer.served();
    }
  }

  /** Without one. A response that is no answer may say all the same what was done for it. */
  record Rejected(AttemptError error, RateSignals signals, @Nullable Served served)
      implements AttemptResult {

    /** Of an endpoint that said nothing about limits, or nothing at all. */
    public Rejected(AttemptError error) {
      this(error, RateSignals.NONE, null);
    }
  }
}
