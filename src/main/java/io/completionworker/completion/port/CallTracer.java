// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Waits;

/** Reports attempts and requests as spans. Never throws and never blocks. */
public interface CallTracer {

  /** A tracer that reports nothing. */
  CallTracer OFF = new Silent();

  /**
   * Starts the span of an attempt.
   *
   * @param callId id of the attempt
   * @param resends number of times that this instance has called this request before
   * @param waits waits of the request since it was accepted, or since the end of its last attempt
   */
  AttemptSpan attempt(CompletionCall call, String callId, int resends, Waits waits);

  /**
   * Prepares the span of a request that has its outcome.
   *
   * @return reports the span; to be run after the outcome was committed, and never if it is not
   */
  Runnable outcome(Outcome outcome);

  /** The span of one attempt. */
  interface AttemptSpan {

    /** Returns the call to make, whose trace context names the attempt. */
    CompletionCall call();

    /** Ends the span. */
    void end(AttemptResult result);
  }

  /** The implementation of {@link #OFF}. */
  final class Silent implements CallTracer {

    private Silent() {}

    @Override
    public AttemptSpan attempt(CompletionCall call, String callId, int resends, Waits waits) {
      return new NoopSpan(call);
    }

    @Override
    public Runnable outcome(Outcome outcome) {
      return () -> {};
    }
  }

  /** An attempt that is not reported. */
  record NoopSpan(CompletionCall call) implements AttemptSpan {
    @Override
    public void end(AttemptResult result) {
      // no span to end
    }
  }
}
