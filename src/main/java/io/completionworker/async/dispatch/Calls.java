// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.completion.port.CompletionClient.OpenCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The client that makes calls, with its limits and its tracer.
 *
 * @param maxInFlight maximum number of calls in flight
 * @param tracer reports the calls as spans
 * @param room limits the memory that answers take
 */
public record Calls(
    CompletionClient client, int maxInFlight, CallTracer tracer, AnswerMemoryLimit room) {

  /**
   * Starts an attempt. If the client breaks its contract, the result is a {@link BrokenAttempt}.
   */
  OpenCall open(CompletionCall call, DeltaSink deltas) {
    try {
      OpenCall open = client.open(call, deltas);
      CompletionStage<AttemptResult> safe =
          open.result().handle((result, bug) -> result == null ? BrokenAttempt.of(bug) : result);
      return new OpenCall(safe, open::cancel);
    } catch (RuntimeException e) {
      return new OpenCall(CompletableFuture.completedFuture(BrokenAttempt.of(e)), () -> {});
    }
  }

  /**
   * Creates the result of an attempt whose client broke its contract, so that neither the slot nor
   * the request is lost.
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
