// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.ChunkDelta;

/** Takes the deltas of one streamed attempt. Called on one event-loop thread; never blocks. */
@FunctionalInterface
public interface DeltaSink {

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
