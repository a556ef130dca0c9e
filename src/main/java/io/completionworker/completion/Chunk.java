// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.List;

/**
 * Some deltas of a streamed answer that become one record.
 *
 * @param callId of the attempt
 * @param attempt number of the attempt, from 1
 * @param index place among the chunks of the attempt, from 0
 * @param last whether the attempt ended with it, in whatever way
 * @param deltas in the order they came; empty only in the last chunk
 */
public record Chunk(
    CompletionCall call,
    String callId,
    int attempt,
    int index,
    boolean last,
    List<ChunkDelta> deltas,
    boolean recovered) {}
