// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.codec.EncodedForms.Faults;
import io.completionworker.codec.headers.OutputHeaders;
import io.completionworker.completion.Chunk;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.port.ChunkWriter;
import io.completionworker.completion.port.EncodingResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Encodes chunks of streamed answers. A chunk that is too large for a record is encoded without the
 * content of its choices, which the response repeats.
 */
public final class ChunkEncoder implements ChunkWriter {

  private final Serde<CompletionChunk> serde;
  private final String topic;
  private final Packing packing;
  private final InstantSource clock;

  /**
   * @param maxRecordBytes largest size of a record, with key and headers
   */
  public ChunkEncoder(
      Serde<CompletionChunk> serde, String topic, int maxRecordBytes, InstantSource clock) {
    this.serde = serde;
    this.topic = topic;
    this.packing = new Packing(maxRecordBytes);
    this.clock = clock;
  }

  @Override
  public EncodingResult<Emission> write(Chunk chunk) {
    try {
      return encode(chunk, clock.millis());
    } catch (RuntimeException | StackOverflowError e) {
      return Faults.unwritten("", e);
    }
  }

  private EncodingResult<Emission> encode(Chunk chunk, long now) {
    CompletionCall call = chunk.call();
    EncodedForms<CompletionChunk> forms =
        new EncodedForms<>(
            serde, topic, ChunkRecords.FORMS, form -> ChunkRecords.of(chunk, now, form));
    Emission emission =
        packing.packChunk(
            call.source(),
            Packing.envelopes(
                call.source(), call.outputHeaders(), () -> OutputHeaders.trace(call.trace())),
            forms,
            now);
    return emission == null
        ? new EncodingResult.Unencodable<>(String.valueOf(forms.fault()))
        : new EncodingResult.Encoded<>(emission, forms.fault());
  }

  /** Makes one record of the deltas of a chunk. All deltas of a choice are joined into one. */
  private static final class ChunkRecords {

    /**
     * The number of forms. Form 0 is complete. Form 1 has no choices, which the response repeats.
     * In form 2 names are cut too.
     */
    static final int FORMS = 3;

    private static final int CUT = 100;

    private ChunkRecords() {}

    /**
     * Returns the record of a chunk.
     *
     * @param now the time to use if the chunk has no deltas, Unix time in milliseconds
     * @param form number of the form, see {@link #FORMS}
     */
    static CompletionChunk of(Chunk chunk, long now, int form) {
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

    /**
     * Sets the fields that all choices share. The value of the latest delta wins. That matters most
     * for usage, which must not be added up.
     */
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

    /** Joins the deltas of one choice in the order in which they came. For one thread only. */
    private static final class ChoicePiece {

      private final int index;
      private final Map<Integer, ToolCallDelta> toolCalls = new TreeMap<>();
      private final List<TokenLogprob> contentLogprobs = new ArrayList<>();
      private final List<TokenLogprob> refusalLogprobs = new ArrayList<>();
      private @Nullable String role;
      private @Nullable StringBuilder content;
      private @Nullable StringBuilder refusal;
      private @Nullable StringBuilder reasoning;
      private @Nullable String finishReason;
      private boolean logprobs;

      ChoicePiece(int index) {
        this.index = index;
      }

      void add(ChoiceDelta delta) {
        role = delta.getRole() == null ? role : delta.getRole();
        finishReason = delta.getFinishReason() == null ? finishReason : delta.getFinishReason();
        content = joined(content, delta.getContent());
        refusal = joined(refusal, delta.getRefusal());
        reasoning = joined(reasoning, delta.getReasoningContent());
        if (delta.getToolCalls() != null) {
          delta
              .getToolCalls()
              .forEach(call -> toolCalls.merge(call.getIndex(), call, ChoicePiece::joined));
        }
        ChoiceLogprobs more = delta.getLogprobs();
        if (more != null) {
          logprobs = true;
          addAll(contentLogprobs, more.getContent());
          addAll(refusalLogprobs, more.getRefusal());
        }
      }

      ChoiceDelta build() {
        return ChoiceDelta.newBuilder()
            .setIndex(index)
            .setRole(role)
            .setContent(content == null ? null : content.toString())
            .setRefusal(refusal == null ? null : refusal.toString())
            .setToolCalls(toolCalls.isEmpty() ? null : List.copyOf(toolCalls.values()))
            .setFinishReason(finishReason)
            .setLogprobs(
                logprobs
                    ? ChoiceLogprobs.newBuilder()
                        .setContent(orNull(contentLogprobs))
                        .setRefusal(orNull(refusalLogprobs))
                        .build()
                    : null)
            .setReasoningContent(reasoning == null ? null : reasoning.toString())
            .build();
      }

      private static ToolCallDelta joined(ToolCallDelta first, ToolCallDelta next) {
        return ToolCallDelta.newBuilder(first)
            .setId(first.getId() == null ? next.getId() : first.getId())
            .setType(first.getType() == null ? next.getType() : first.getType())
            .setName(concatenated(first.getName(), next.getName()))
            .setArguments(concatenated(first.getArguments(), next.getArguments()))
            .build();
      }

      private static @Nullable String concatenated(@Nullable String first, @Nullable String next) {
        return first == null ? next : next == null ? first : first + next;
      }

      private static @Nullable StringBuilder joined(
          @Nullable StringBuilder before, @Nullable String next) {
        if (next == null) {
          return before;
        }
        return (before == null ? new StringBuilder() : before).append(next);
      }

      private static void addAll(List<TokenLogprob> all, @Nullable List<TokenLogprob> more) {
        if (more != null) {
          all.addAll(more);
        }
      }

      private static @Nullable List<TokenLogprob> orNull(List<TokenLogprob> all) {
        return all.isEmpty() ? null : all;
      }
    }
  }
}
