// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.control.budget.Budgets;
import io.completionworker.control.budget.Verdict;
import io.completionworker.resilience.AdmissionGate.Condition;
import java.time.Duration;

/**
 * Makes a call wait while what is left of its budgets is reserved for others, and reserves what it
 * needs. Calls for which a budget has no money at all never come here. Used on the dispatcher's
 * thread only.
 */
public final class BudgetCondition implements Condition {

  /** What is reserved and spent changes without a signal, here and on other instances. */
  private static final long AGAIN_NANOS = Duration.ofMillis(50).toNanos();

  private final Budgets budgets;

  /** Creates a condition that asks these budgets. */
  public BudgetCondition(Budgets budgets) {
    this.budgets = budgets;
  }

  @Override
  public long wait(CompletionCall call) {
    return budgets.check(call) == Verdict.FITS ? 0 : AGAIN_NANOS;
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.BUDGET;
  }

  @Override
  public void started(CompletionCall call) {
    budgets.started(call);
  }

  @Override
  public AttemptCost ended(CompletionCall call, AttemptResult result) {
    if (!result.maybeBilled()) {
      budgets.released(call);
    }
    return AttemptCost.ATTEMPT;
  }
}
