package io.completionworker.completion;

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
