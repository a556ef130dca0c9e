// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AnswerRoom;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How calls are made.
 *
 * @param maxInFlight most of them that are open at once
 * @param tracer hears of them
 * @param room what their answers may take
 */
public record Calls(CompletionClient client, int maxInFlight, CallTracer tracer, AnswerRoom room) {

  /** Makes one; a client that breaks has made an attempt that did. */
  CompletionStage<AttemptResult> attempt(CompletionCall call, DeltaSink deltas) {
    try {
      return client
          .attempt(call, deltas)
          .handle((result, bug) -> result == null ? BrokenAttempt.of(bug) : result);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(BrokenAttempt.of(e));
    }
  }

  /**
   * What becomes of an attempt whose client broke its contract: it costs no slot and no request.
   */
  static final class BrokenAttempt {

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
}
