// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Disposition;
import org.jspecify.annotations.Nullable;

/** What becomes of an attempt whose client broke its contract: it costs no slot and no request. */
final class BrokenAttempt {

  private BrokenAttempt() {}

  static AttemptResult of(@Nullable Throwable bug) {
    String what = bug == null ? "no result" : bug.getClass().getName();
    return new AttemptResult.Rejected(
        new AttemptError(
            FailureReason.UNKNOWN,
            Disposition.RETRY,
            true,
            null,
            "The attempt broke: " + what,
            AttemptError.Details.NONE,
            null));
  }
}
