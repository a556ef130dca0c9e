// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Expense;
import io.completionworker.completion.Outcome;

/** Turns outcomes, and usage rows that come before them, into encoded output records. */
public interface OutcomeWriter {

  /**
   * Encodes an outcome, within the size bounds. Runs on the codec thread and may block on the
   * registry for a bounded time; never throws.
   */
  Writing<Emission> write(Outcome outcome);

  /** Encodes the usage row of an attempt that did not end its request; as above. */
  Writing<Emission> write(Expense expense);
}
