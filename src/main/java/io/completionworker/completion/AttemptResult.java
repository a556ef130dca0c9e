package io.completionworker.completion;

/** How one attempt ended. */
public sealed interface AttemptResult {

  /** What the endpoint said about its limits. */
  RateSignals signals();

  /** With an answer. */
  record Answered(Answer answer, RateSignals signals) implements AttemptResult {

    /** Of an endpoint that said nothing about limits. */
    public Answered(Answer answer) {
      this(answer, RateSignals.NONE);
    }
  }

  /** Without one. */
  record Rejected(AttemptError error, RateSignals signals) implements AttemptResult {

    /** Of an endpoint that said nothing about limits, or nothing at all. */
    public Rejected(AttemptError error) {
      this(error, RateSignals.NONE);
    }
  }
}
