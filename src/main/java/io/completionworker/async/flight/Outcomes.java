// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.control.Control;
import java.util.List;

/** Creates the outcomes of flights whose record was decoded into a call. */
public final class Outcomes {

  private Outcomes() {}

  public static Outcome completed(Flight flight, CompletionCall call) {
    List<Attempt> attempts = flight.calls.made();
    Answer answer = ((AttemptResult.Answered) attempts.get(attempts.size() - 1).result()).answer();
    return new Outcome.Completed(call, answer, attempts, flight.recovered());
  }

  public static Outcome failed(Flight flight, CompletionCall call, AttemptError error) {
    boolean retryable = error.disposition() != Disposition.FAIL;
    return failed(flight, call, new Outcome.Cause(error.reason(), retryable, error.message()));
  }

  /** Returns the failure of a request that was never called and never will be. */
  public static Outcome refused(Flight flight, CompletionCall call, Outcome.Cause cause) {
    return failed(flight, call, cause);
  }

  /**
   * Returns the failure of a request whose attempts are used up. The number of attempts is
   * remembered when a task takes over the request, but how the last one ended is not.
   */
  public static Outcome exhausted(Flight flight, CompletionCall call) {
    String message =
        "Its "
            + flight.calls.usedUp()
            + " attempts, all that retry.max.attempts allows, were made already, also by"
            + " instances that are gone; its usage rows say how they ended, if they did";
    return failed(flight, call, new Outcome.Cause(FailureReason.UNKNOWN, true, message));
  }

  public static Outcome overflown(Flight flight, CompletionCall call) {
    String message =
        "Its scope has as many requests pending as async.max.pending.records.per.scope allows";
    return failed(flight, call, new Outcome.Cause(FailureReason.SCOPE_OVERFLOW, true, message));
  }

  /** Returns the failure of a request that an operator has cancelled. */
  public static Outcome cancelled(Flight flight, CompletionCall call, Control.Cancel cancel) {
    String message = "Cancelled " + cancel.origin().text();
    return failed(flight, call, new Outcome.Cause(FailureReason.CANCELLED, false, message));
  }

  /** Returns the failure of a request for which a budget has no money. */
  public static Outcome overBudget(Flight flight, CompletionCall call, String message) {
    return failed(flight, call, new Outcome.Cause(FailureReason.BUDGET_EXCEEDED, true, message));
  }

  public static Outcome expired(Flight flight, CompletionCall call, String message) {
    return failed(flight, call, new Outcome.Cause(FailureReason.DEADLINE_EXCEEDED, true, message));
  }

  private static Outcome failed(Flight flight, CompletionCall call, Outcome.Cause cause) {
    return new Outcome.Failed(
        flight.source(), call, cause, List.of(), flight.calls.made(), flight.recovered());
  }
}
