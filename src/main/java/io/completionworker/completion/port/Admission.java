// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.WaitingFor;
import java.util.Optional;

/**
 * Decides when a call may start. Used on the dispatcher thread only; never blocks.
 *
 * <p>Calls that wait for the same limits share a lane. A waiting lane does not delay other lanes.
 */
public interface Admission {

  /** The time is unknown: ask again when a call of the lane's limits has ended. */
  long UNTIL_A_CALL_ENDS = Long.MAX_VALUE;

  /** Returns the name of the lane that a call waits in. */
  String lane(CompletionCall call);

  /**
   * Returns why no attempt of this call can ever start; empty if one can. Called once before the
   * first attempt.
   */
  default Optional<Outcome.Cause> refusal(CompletionCall call) {
    return Optional.empty();
  }

  /**
   * Takes what the call needs, or returns how long to wait.
   *
   * @return 0 if the call may start now, and what it needs was taken; otherwise nanoseconds to wait
   *     before asking again, or {@link #UNTIL_A_CALL_ENDS}
   */
  long admit(CompletionCall call);

  /** Returns what the last call that was not admitted waits for. */
  default WaitingFor waitingFor() {
    return WaitingFor.PERMIT;
  }

  /**
   * Returns the name of what a call shares with calls of other lanes, such as a rate limit; the
   * name of the lane if it shares nothing.
   */
  default String group(CompletionCall call) {
    return lane(call);
  }

  /**
   * Whether the last call that was not admitted keeps back its whole group. If so, no other call of
   * the group starts before this one has started or its wait is over.
   */
  default boolean groupWaits() {
    return false;
  }

  /**
   * Takes the turn away from a call that had to wait, since a call of a more urgent class goes
   * first. Does nothing if it had none.
   */
  default void passed(CompletionCall call) {}

  /** Returns what the endpoint said, if that is why this call waits now; otherwise empty. */
  default Optional<Wait> endpointWait(CompletionCall call) {
    return Optional.empty();
  }

  /**
   * Ends an admitted call: settles what it took and learns from the result. Called once for each
   * admitted call.
   */
  AttemptCost ended(CompletionCall call, AttemptResult result);

  /** What an attempt costs its request. */
  enum AttemptCost {
    /** One of its attempts. */
    ATTEMPT,
    /**
     * Nothing, if the request may be tried again, because the fault is in the account or the
     * endpoint.
     */
    FREE,
    /**
     * Nothing, and the request is tried again whatever the error, because the attempt was a probe
     * or ran during a failure cutoff.
     */
    AGAIN
  }
}
