// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.Admission.Toll;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call start when every condition agrees; only then does any of them take something for it,
 * so that nothing has to be given back when another one refuses. Dispatcher's thread only.
 */
public final class AdmissionGate implements Admission {

  private final Function<CompletionCall, String> lanes;
  private final Function<CompletionCall, Optional<Outcome.Cause>> refusals;
  private final List<Condition> conditions;
  private WaitingFor waitingFor = WaitingFor.PERMIT;
  private boolean groupWaits;

  /**
   * @param lanes names the lane of a call: calls that could wait apart must not share one
   * @param refusals why a call can never start
   * @param conditions asked in this order, until one of them has the call wait
   */
  public AdmissionGate(
      Function<CompletionCall, String> lanes,
      Function<CompletionCall, Optional<Outcome.Cause>> refusals,
      List<Condition> conditions) {
    this.lanes = lanes;
    this.refusals = refusals;
    this.conditions = List.copyOf(conditions);
  }

  @Override
  public String lane(CompletionCall call) {
    return lanes.apply(call);
  }

  @Override
  public Optional<Outcome.Cause> refusal(CompletionCall call) {
    return refusals.apply(call);
  }

  @Override
  public long admit(CompletionCall call) {
    for (Condition condition : conditions) {
      long wait = condition.wait(call);
      if (wait > 0) {
        waitingFor = condition.waitingFor();
        groupWaits = condition.groupWaits();
        return wait;
      }
    }
    for (Condition condition : conditions) {
      condition.started(call);
    }
    return 0;
  }

  @Override
  public WaitingFor waitingFor() {
    return waitingFor;
  }

  @Override
  public String group(CompletionCall call) {
    for (Condition condition : conditions) {
      String group = condition.group(call);
      if (group != null) {
        return group;
      }
    }
    return lane(call);
  }

  @Override
  public boolean groupWaits() {
    return groupWaits;
  }

  @Override
  public Optional<Wait> told(CompletionCall call) {
    return conditions.stream().flatMap(condition -> condition.told(call).stream()).findFirst();
  }

  @Override
  public Toll ended(CompletionCall call, AttemptResult result) {
    Toll mildest = Toll.ATTEMPT;
    for (Condition condition : conditions) {
      Toll toll = condition.ended(call, result);
      mildest = toll.compareTo(mildest) > 0 ? toll : mildest;
    }
    return mildest;
  }

  /** One reason for calls to wait. Dispatcher's thread only; never blocks. */
  public interface Condition {

    /**
     * How long this condition makes the call wait. It takes nothing, so it may be asked any number
     * of times. It is not asked while an earlier condition makes the call wait.
     *
     * @return 0 if the call may start now; otherwise nanoseconds to wait before asking again, or
     *     {@link io.completionworker.completion.port.Admission#UNTIL_A_CALL_ENDS}
     */
    long wait(CompletionCall call);

    /** What calls wait for while this condition makes them wait. */
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

    /** What the endpoint said, if that is why this call waits now; otherwise empty. */
    default Optional<Wait> told(CompletionCall call) {
      return Optional.empty();
    }

    /** The call starts, since no condition made it wait; takes what the call needs. */
    void started(CompletionCall call);

    /** The attempt has ended; called once for each that was started. */
    Toll ended(CompletionCall call, AttemptResult result);
  }
}
