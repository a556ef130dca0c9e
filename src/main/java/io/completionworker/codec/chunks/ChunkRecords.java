// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.chunks;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.CompletionChunk;
import io.completionworker.completion.Chunk;
import io.completionworker.completion.ChunkDelta;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes one record of the deltas of a chunk: what comes for the same choice becomes one piece. */
public final class ChunkRecords {

  /** All; without what the choices add, which the response has once more; every name cut. */
  public static final int FORMS = 3;

  private static final int CUT = 100;

  private ChunkRecords() {}

  /**
   * The record of a chunk.
   *
   * @param now stands in for the time of a delta where there is none, Unix time in milliseconds
   * @param form see {@link #FORMS}
   */
  public static CompletionChunk of(Chunk chunk, long now, int form) {
    int longest = form == FORMS - 1 ? CUT : Integer.MAX_VALUE;
    CompletionChunk.Builder record =
        CompletionChunk.newBuilder()
            .setRequestId(cut(chunk.call().requestId(), longest))
            .setCallId(chunk.callId())
            .setAttempt(chunk.attempt())
            .setChunkIndex(chunk.index())
            .setLastChunk(chunk.last())
            .setRecovered(chunk.recovered())
            .setReceivedAt(
                Instant.ofEpochMilli(
                    chunk.deltas().isEmpty() ? now : chunk.deltas().get(0).receivedAt()));
    Map<Integer, ChoicePiece> pieces = new TreeMap<>();
    for (ChunkDelta delta : chunk.deltas()) {
      common(record, delta, longest);
      for (ChoiceDelta choice : delta.choices()) {
        pieces.computeIfAbsent(choice.getIndex(), ChoicePiece::new).add(choice);
      }
    }
    return record
        .setChoices(
            form > 0 ? List.of() : pieces.values().stream().map(ChoicePiece::build).toList())
        .build();
  }

  /** What a later delta says wins; usage above all, which is never a sum. */
  private static void common(CompletionChunk.Builder record, ChunkDelta delta, int longest) {
    if (delta.id() != null) {
      record.setId(cut(delta.id(), longest));
    }
    if (delta.model() != null) {
      record.setModel(cut(delta.model(), longest));
    }
    if (delta.created() != 0) {
      record.setCreated(delta.created());
    }
    if (delta.usage() != null) {
      record.setUsage(delta.usage());
    }
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest);
  }
}
