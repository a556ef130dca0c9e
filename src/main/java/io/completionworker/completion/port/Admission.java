package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;

/**
 * Says when a call may start. Used on the dispatcher thread only; never blocks.
 *
 * <p>Calls that wait for the same reason share a lane; a lane that waits does not hold up another.
 */
public interface Admission {

  /** The lane a call waits in. */
  String lane(CompletionCall call);

  /**
   * Takes what the call needs, or says how long to wait.
   *
   * @return 0 when the call may start now, and what it needs is taken; else nanoseconds to wait
   *     before asking again
   */
  long admit(CompletionCall call);

  /**
   * An admitted call has ended; gives back what is to be given back and learns from the result.
   *
   * @return whether the call was a probe, which uses up no attempt when it may be tried again
   */
  boolean ended(CompletionCall call, AttemptResult result);
}
