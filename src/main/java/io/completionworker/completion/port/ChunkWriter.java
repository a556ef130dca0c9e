// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.Chunk;
import io.completionworker.completion.Emission;

/** Encodes deltas of streamed answers into output records. */
@FunctionalInterface
public interface ChunkWriter {

  /**
   * Encodes a chunk within the size limits. Runs on the dispatcher's thread, or on the codec
   * thread, where it may block on the registry for a bounded time. Never throws.
   */
  EncodingResult<Emission> write(Chunk chunk);
}
