// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.WaitingFor;
import java.util.Optional;

/**
 * Says when a call may start. Used on the dispatcher thread only; never blocks.
 *
 * <p>Calls that wait for the same reason share a lane; a lane that waits does not hold up another.
 */
public interface Admission {

  /** No time is known: to be asked again when a call of the lane's limits has ended. */
  long UNTIL_A_CALL_ENDS = Long.MAX_VALUE;

  /** The lane a call waits in. */
  String lane(CompletionCall call);

  /** Why no attempt of this call can ever start, asked once before the first; empty when it can. */
  default Optional<Outcome.Cause> refusal(CompletionCall call) {
    return Optional.empty();
  }

  /**
   * Takes what the call needs, or says how long to wait.
   *
   * @return 0 when the call may start now, and what it needs is taken; else nanoseconds to wait
   *     before asking again, or {@link #UNTIL_A_CALL_ENDS}
   */
  long admit(CompletionCall call);

  /** What the call waits for that was the last not to be admitted. */
  default WaitingFor waitingFor() {
    return WaitingFor.PERMIT;
  }

  /**
   * Name of what a call shares with calls of other lanes, such as a rate limit; the lane itself
   * when it shares nothing.
   */
  default String group(CompletionCall call) {
    return lane(call);
  }

  /**
   * Whether the call that was the last not to be admitted keeps back its whole group: no other call
   * of it starts before this one has started, or before its wait is over.
   */
  default boolean groupWaits() {
    return false;
  }

  /** What the endpoint said that has this call wait now; empty when it was nothing it said. */
  default Optional<Wait> told(CompletionCall call) {
    return Optional.empty();
  }

  /**
   * An admitted call has ended; gives back what is to be given back and learns from the result.
   * Called once for each that was admitted.
   */
  Toll ended(CompletionCall call, AttemptResult result);

  /** What an attempt costs its request. */
  enum Toll {
    /** One of its attempts. */
    ATTEMPT,
    /** Nothing, if it may be tried again: the fault is the account's or the endpoint's. */
    FREE,
    /** Nothing, and it is tried again whatever the error: it was sent to see how things are. */
    AGAIN
  }
}
