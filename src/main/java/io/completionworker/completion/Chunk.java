// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    boolean recovered) {

  /**
   * One event of a streamed answer, decoded.
   *
   * @param id the endpoint's id of the completion, or null
   * @param model the model that answers, or null
   * @param created Unix time in seconds, 0 when it sent none
   * @param choices what it adds to each choice; may be empty
   * @param usage reported token counts, or null
   * @param receivedAt Unix time in milliseconds
   * @param bytes size of the event as it came
   */
  public record ChunkDelta(
      @Nullable String id,
      @Nullable String model,
      long created,
      List<ChoiceDelta> choices,
      @Nullable TokenUsage usage,
      long receivedAt,
      int bytes) {}
}
