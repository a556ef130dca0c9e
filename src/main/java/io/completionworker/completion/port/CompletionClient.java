// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.CompletionCall;
import java.util.concurrent.CompletionStage;

/** Makes one attempt of a call. */
@FunctionalInterface
public interface CompletionClient {

  /**
   * Starts one attempt and returns at once. Never throws and never blocks.
   *
   * @param deltas takes what comes of a streamed answer as it comes; the result has the whole
   * @return a stage that always completes normally, on any thread, within a bounded time
   */
  CompletionStage<AttemptResult> attempt(CompletionCall call, DeltaSink deltas);

  /** The same for somebody who only wants the whole answer. */
  default CompletionStage<AttemptResult> attempt(CompletionCall call) {
    return attempt(call, DeltaSink.NONE);
  }

  /** Takes the deltas of one streamed attempt. Called on one event-loop thread; never blocks. */
  @FunctionalInterface
  interface DeltaSink {

    /** Drops them all. */
    DeltaSink NONE = (delta, resume) -> true;

    /**
     * Takes the next delta.
     *
     * @param resume to be run, on any thread, when there is room again; may be run more than once
     * @return whether there is room for more: if not, no more must be read until {@code resume} was
     *     run
     */
    boolean accept(ChunkDelta delta, Runnable resume);
  }
}
