// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.Admission.AttemptCost;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Admits a call when none of its conditions makes the call wait. The conditions take permits only
 * after all of them agreed, so a refusal never has to return permits that an earlier condition
 * took. Used on the dispatcher's thread only.
 */
public final class AdmissionGate implements Admission {

  private final Function<CompletionCall, String> lanes;
  private final Function<CompletionCall, Optional<Outcome.Cause>> refusals;
  private final List<Condition> conditions;
  private WaitingFor waitingFor = WaitingFor.PERMIT;
  private boolean groupWaits;

  /**
   * @param lanes names the lane of a call. Calls that may have to wait independently of each other
   *     must not share a lane.
   * @param refusals returns the cause if a call can never start, otherwise empty
   * @param conditions checked in this order, up to the first that makes the call wait
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
  public void passed(CompletionCall call) {
    conditions.forEach(condition -> condition.passed(call));
  }

  @Override
  public Optional<Wait> endpointWait(CompletionCall call) {
    return conditions.stream()
        .flatMap(condition -> condition.endpointWait(call).stream())
        .findFirst();
  }

  @Override
  public AttemptCost ended(CompletionCall call, AttemptResult result) {
    AttemptCost mildest = AttemptCost.ATTEMPT;
    AttemptResult seen = result;
    for (Condition condition : conditions) {
      AttemptCost cost = condition.ended(call, seen);
      mildest = cost.compareTo(mildest) > 0 ? cost : mildest;
      seen = condition.passedOn(call, seen);
    }
    return mildest;
  }

  /**
   * One reason for calls to wait. Used on the dispatcher's thread only; its methods never block.
   */
  public interface Condition {

    /**
     * Returns how long this condition makes the call wait. This method takes no permits, so it may
     * be called any number of times. It is not called while an earlier condition makes the call
     * wait.
     *
     * @return 0 if the call may start now; otherwise nanoseconds to wait before asking again, or
     *     {@link io.completionworker.completion.port.Admission#UNTIL_A_CALL_ENDS}
     */
    long wait(CompletionCall call);

    /** Returns the reason to report for calls that this condition makes wait. */
    WaitingFor waitingFor();

    /**
     * Returns the name of what the call shares with calls of other lanes, such as a rate limit;
     * null if it shares nothing.
     */
    default @Nullable String group(CompletionCall call) {
      return null;
    }

    /**
     * Whether the call that was the last to wait blocks its whole group. If so, no other call of
     * the group starts before this call has started or its wait is over.
     */
    default boolean groupWaits() {
      return false;
    }

    /** Takes the turn away from a call that had to wait, since another one goes first. */
    default void passed(CompletionCall call) {}

    /** Returns the wait that the endpoint caused if this call waits for it now; otherwise empty. */
    default Optional<Wait> endpointWait(CompletionCall call) {
      return Optional.empty();
    }

    /**
     * Takes the permits that the call needs. Called when the call starts, after no condition made
     * it wait.
     */
    void started(CompletionCall call);

    /** Records the end of an attempt. Called once for each attempt that was started. */
    AttemptCost ended(CompletionCall call, AttemptResult result);

    /** Returns what the conditions after this one see of the result of an attempt. */
    default AttemptResult passedOn(CompletionCall call, AttemptResult result) {
      return result;
    }
  }
}
