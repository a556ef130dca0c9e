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
