// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Waits;

/** Hears how requests go, and tells it as spans. Never throws and never blocks. */
public interface CallTracer {

  /** Tells nothing. */
  CallTracer OFF = new Silent();

  /**
   * An attempt begins.
   *
   * @param callId of the attempt
   * @param resends how often this instance has called this request before
   * @param waits what the request waited for since it was accepted, or since its last attempt ended
   */
  AttemptSpan attempt(CompletionCall call, String callId, int resends, Waits waits);

  /**
   * A request has its outcome.
   *
   * @return to be run once the outcome was forwarded, and not at all when it never is
   */
  Runnable outcome(Outcome outcome);

  /** One attempt, from its beginning on. */
  interface AttemptSpan {

    /** The call as it is to be made: one whose trace context names the attempt. */
    CompletionCall call();

    /** The attempt is over. */
    void end(AttemptResult result);
  }

  /** See {@link #OFF}. */
  final class Silent implements CallTracer {

    private Silent() {}

    @Override
    public AttemptSpan attempt(CompletionCall call, String callId, int resends, Waits waits) {
      return new Untold(call);
    }

    @Override
    public Runnable outcome(Outcome outcome) {
      return () -> {};
    }
  }

  /** An attempt that nobody hears of. */
  record Untold(CompletionCall call) implements AttemptSpan {
    @Override
    public void end(AttemptResult result) {
      // nobody wants to know
    }
  }
}
