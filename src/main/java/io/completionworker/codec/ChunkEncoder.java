// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.codec.chunks.ChunkRecords;
import io.completionworker.codec.headers.OutputHeaders;
import io.completionworker.completion.Chunk;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.port.ChunkWriter;
import io.completionworker.completion.port.Writing;
import java.time.InstantSource;
import org.apache.kafka.common.serialization.Serde;

/**
 * Encodes pieces of streamed answers. One that is too large for a record leaves out what its
 * choices add: the response has it.
 */
public final class ChunkEncoder implements ChunkWriter {

  private final Serde<CompletionChunk> serde;
  private final String topic;
  private final Packing packing;
  private final InstantSource clock;

  /**
   * @param maxRecordBytes bound of every record, key and headers included
   */
  public ChunkEncoder(
      Serde<CompletionChunk> serde, String topic, int maxRecordBytes, InstantSource clock) {
    this.serde = serde;
    this.topic = topic;
    this.packing = new Packing(maxRecordBytes);
    this.clock = clock;
  }

  @Override
  public Writing<Emission> write(Chunk chunk) {
    try {
      return encode(chunk, clock.millis());
    } catch (RuntimeException | StackOverflowError e) {
      return Faults.unwritten("", e);
    }
  }

  private Writing<Emission> encode(Chunk chunk, long now) {
    CompletionCall call = chunk.call();
    EncodedForms<CompletionChunk> forms =
        new EncodedForms<>(
            serde, topic, ChunkRecords.FORMS, form -> ChunkRecords.of(chunk, now, form));
    Emission emission =
        packing.packChunk(
            call.source(),
            Packing.envelopes(
                call.source(), call.outputHeaders(), OutputHeaders.trace(call.trace())),
            forms,
            now);
    return emission == null
        ? new Writing.Never<>(String.valueOf(forms.fault()))
        : new Writing.Written<>(emission, forms.fault());
  }
}
