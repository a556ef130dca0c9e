// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.Chunk;
import io.completionworker.completion.Emission;

/** Turns deltas of streamed answers into encoded output records. */
@FunctionalInterface
public interface ChunkWriter {

  /**
   * Encodes a chunk, within the size bounds. Runs on the codec thread and may block on the registry
   * for a bounded time; never throws.
   */
  Writing<Emission> write(Chunk chunk);
}
