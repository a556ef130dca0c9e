// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.CompletionCall;
import java.util.concurrent.CompletionStage;

/** Makes attempts of calls. */
@FunctionalInterface
public interface CompletionClient {

  /**
   * Starts one attempt and returns at once. Never throws and never blocks.
   *
   * @param deltas receives the deltas of a streamed answer as they come; the result has the
   *     complete answer
   * @return a stage that always completes normally, on any thread, within a bounded time
   */
  CompletionStage<AttemptResult> attempt(CompletionCall call, DeltaSink deltas);

  /**
   * Starts one attempt like {@link #attempt(CompletionCall, DeltaSink)}, so that it can be
   * cancelled. A client that cannot end an attempt ignores that.
   */
  default OpenCall open(CompletionCall call, DeltaSink deltas) {
    return new OpenCall(attempt(call, deltas), () -> {});
  }

  /**
   * An attempt that was started.
   *
   * @param result see {@link #attempt(CompletionCall, DeltaSink)}
   * @param cancelling see {@link #cancel()}
   */
  record OpenCall(CompletionStage<AttemptResult> result, Runnable cancelling) {

    /**
     * Asks the client to end the attempt, because its answer is no longer wanted. Returns at once,
     * may be called on any thread and more than once, and does nothing after the end. If the
     * attempt has not ended yet, its result is a rejection with the reason {@code CANCELLED}, and
     * nothing is sent that was not sent yet.
     */
    public void cancel() {
      cancelling.run();
    }
  }

  /** Starts one attempt for a caller that needs only the complete answer. */
  default CompletionStage<AttemptResult> attempt(CompletionCall call) {
    return attempt(call, DeltaSink.NONE);
  }

  /** Receives the deltas of one streamed attempt. Called on one event loop thread; never blocks. */
  @FunctionalInterface
  interface DeltaSink {

    /** A sink that drops all deltas. */
    DeltaSink NONE = (delta, resume) -> true;

    /**
     * Accepts the next delta.
     *
     * @param resume to be run, on any thread, when there is room again; may be run more than once
     * @return whether there is room for more; if false, reading must pause until {@code resume} is
     *     run
     */
    boolean accept(ChunkDelta delta, Runnable resume);
  }
}
