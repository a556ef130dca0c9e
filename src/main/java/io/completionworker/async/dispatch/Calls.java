// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.AnswerRoom;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.completion.port.DeltaSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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
}
