// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A few deltas of a streamed answer, which become one record.
 *
 * @param callId id of the attempt
 * @param attempt number of the attempt, from 1
 * @param index position among the chunks of the attempt, from 0
 * @param last whether this is the last chunk of the attempt, however it ended
 * @param deltas deltas in the order in which they came; empty only in the last chunk
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
   * One decoded event of a streamed answer.
   *
   * @param id the endpoint's id of the completion, or null
   * @param model the model that answers, or null
   * @param created Unix time in seconds; 0 if the endpoint sent none
   * @param choices what the event adds to each choice; may be empty
   * @param usage reported token counts, or null
   * @param receivedAt Unix time in milliseconds
   * @param bytes size of the event as received
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
