package io.completionworker.completion;

/** How one attempt ended. */
public sealed interface AttemptResult {

  /** With an answer. */
  record Answered(Answer answer) implements AttemptResult {}

  /** Without one. */
  record Rejected(AttemptError error) implements AttemptResult {}
}
