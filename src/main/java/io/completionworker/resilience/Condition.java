// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait;
import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.port.Admission.Toll;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One reason for calls to wait. Dispatcher's thread only; never blocks. */
public interface Condition {

  /**
   * How long this call has to wait as far as this condition goes. Takes nothing, so it may be asked
   * as often as anybody likes; not asked while a condition before it has the call wait.
   *
   * @return 0 when it may start now; else nanoseconds to wait before asking again, or {@link
   *     io.completionworker.completion.port.Admission#UNTIL_A_CALL_ENDS}
   */
  long wait(CompletionCall call);

  /** What calls wait for that this condition has wait. */
  WaitingFor waitingFor();

  /** Name of what a call shares with calls of other lanes; null when it shares nothing. */
  default @Nullable String group(CompletionCall call) {
    return null;
  }

  /**
   * Whether the call that was the last to wait keeps back its whole group: no other call of it
   * starts before this one has started, or before its wait is over.
   */
  default boolean groupWaits() {
    return false;
  }

  /** What the endpoint said that has this call wait now; empty when it was nothing it said. */
  default Optional<Wait> told(CompletionCall call) {
    return Optional.empty();
  }

  /** The call starts, since no condition had it wait; takes what it needs. */
  void started(CompletionCall call);

  /** The attempt has ended; once for each that was started. */
  Toll ended(CompletionCall call, AttemptResult result);
}
