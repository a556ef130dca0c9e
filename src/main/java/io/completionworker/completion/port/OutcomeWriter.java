// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Outcome;

/** Encodes outcomes, and usage rows that precede them, into output records. */
public interface OutcomeWriter {

  /**
   * Encodes an outcome within the size limits. Runs on the dispatcher's thread, or on the codec
   * thread, where it may block on the registry for a bounded time. Never throws.
   */
  EncodingResult<Emission> write(Outcome outcome);

  /**
   * Encodes the usage row of an attempt after which the request continues, like {@link
   * #write(Outcome)}.
   */
  EncodingResult<Emission> write(BilledAttempt expense);
}
