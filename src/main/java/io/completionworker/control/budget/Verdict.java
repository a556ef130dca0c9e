// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.config.Budget;

/** Whether the budgets have the money for a call. */
public sealed interface Verdict {

  /** They have. */
  record Fits() implements Verdict {}

  /** They may have it when other calls have ended: for now it is reserved for those. */
  record Waits() implements Verdict {}

  /**
   * One of them does not have it, whatever other calls cost.
   *
   * @param fails whether the request ends; otherwise it waits
   * @param why a sentence for people, without an end
   * @param untilMillis when the budget has money again by itself; {@link Long#MAX_VALUE} for never
   */
  record Stops(Budget budget, boolean fails, String why, long untilMillis) implements Verdict {}

  /** The call may start. */
  Verdict FITS = new Fits();

  /** The call may have to wait until others have ended. */
  Verdict WAITS = new Waits();
}
