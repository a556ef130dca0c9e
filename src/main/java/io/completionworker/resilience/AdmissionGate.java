// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.Wait;
import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.port.Admission;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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
}
