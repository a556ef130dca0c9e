// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every record of an emission within the size bound: first the values give way, then the
 * copied headers, the key last of all. A record over the bound would stop its task for ever.
 */
final class Packing {

  /** What a record batch and a record cost beside key, value and headers, amply. */
  private static final int OVERHEAD = 128;

  /** The lengths of a header's name and value. */
  private static final int HEADER_OVERHEAD = 10;

  private final int maxRecordBytes;

  Packing(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  /** The key and the headers that all records of an emission share. */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Envelope(byte @Nullable [] key, List<RecordHeader> headers) {

    private long size() {
      long size = (long) OVERHEAD + (key == null ? 0 : key.length);
      for (RecordHeader header : headers) {
        byte[] value = header.value();
        size += header.name().getBytes(StandardCharsets.UTF_8).length + HEADER_OVERHEAD;
        size += value == null ? 0 : value.length;
      }
      return size;
    }
  }

  /** The records of an emission. */
  record Draft(
      Emission.Role role,
      List<? extends EncodedForms<?>> responses,
      List<EncodedForms<CompletionUsage>> usage,
      List<? extends EncodedForms<?>> failures) {

    /** What of it could not be encoded; null when all could be. */
    @Nullable String fault() {
      return Stream.of(responses, failures, usage)
          .flatMap(List::stream)
          .map(EncodedForms::fault)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }
  }

  /** Envelopes in the order they are tried; the last one takes the least that is possible. */
  static List<Envelope> envelopes(
      SourceRecord source, List<RecordHeader> all, List<RecordHeader> few) {
    return List.of(
        new Envelope(source.key(), all),
        new Envelope(source.key(), few),
        new Envelope(null, few),
        new Envelope(null, List.of()));
  }

  /**
   * Packs a draft into the first envelope that leaves it room; null when none does, or its response
   * or failure cannot be encoded. Usage rows that cannot be are left out.
   */
  @Nullable Emission pack(
      SourceRecord source, List<Envelope> envelopes, Draft draft, long timestamp) {
    for (Envelope envelope : envelopes) {
      Emission emission = inside(source, envelope, draft, timestamp);
      if (emission == null || fits(envelope, emission)) {
        return emission;
      }
    }
    return null;
  }

  /**
   * Packs a piece of an answer into the first envelope that leaves it room, else the last; null
   * when it cannot be encoded.
   */
  @Nullable Emission packChunk(
      SourceRecord source, List<Envelope> envelopes, EncodedForms<?> chunk, long timestamp) {
    Envelope chosen = envelopes.get(envelopes.size() - 1);
    for (Envelope envelope : envelopes) {
      if (fits(envelope, chunk.within(maxRecordBytes - envelope.size()))) {
        chosen = envelope;
        break;
      }
    }
    int partition = source.position().partition();
    byte[] bytes = chunk.within(maxRecordBytes - chosen.size());
    if (bytes == null) {
      return null;
    }
    return new Emission(
        source.position(),
        chosen.key(),
        chosen.headers(),
        timestamp,
        new Emission.Role.Piece(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new OutputValue(partition, bytes)),
        List.of());
  }

  /** Packs as {@link #pack}, and as tightly as can be when no envelope leaves it room. */
  @Nullable Emission packOrSqueeze(
      SourceRecord source, List<Envelope> envelopes, Draft draft, long timestamp) {
    Emission emission = pack(source, envelopes, draft, timestamp);
    return emission == null
        ? inside(source, envelopes.get(envelopes.size() - 1), draft, timestamp)
        : emission;
  }

  /** Whether a record of this value fits. */
  boolean fits(Envelope envelope, byte @Nullable [] value) {
    return envelope.size() + (value == null ? 0 : value.length) <= maxRecordBytes;
  }

  private boolean fits(Envelope envelope, Emission emission) {
    return emission.responses().stream().allMatch(v -> fits(envelope, v.bytes()))
        && emission.usage().stream().allMatch(v -> fits(envelope, v.bytes()))
        && emission.failures().stream().allMatch(v -> fits(envelope, v.bytes()));
  }

  private @Nullable Emission inside(
      SourceRecord source, Envelope envelope, Draft draft, long timestamp) {
    int partition = source.position().partition();
    long room = maxRecordBytes - envelope.size();
    List<OutputValue> responses = values(draft.responses(), partition, room);
    List<OutputValue> failures = values(draft.failures(), partition, room);
    if (responses.size() < draft.responses().size() || failures.size() < draft.failures().size()) {
      return null;
    }
    return new Emission(
        source.position(),
        envelope.key(),
        envelope.headers(),
        timestamp,
        draft.role(),
        responses,
        values(draft.usage(), partition, room),
        failures,
        List.of(),
        List.of(),
        draft.usage().stream().map(EncodedForms::whole).filter(Objects::nonNull).toList());
  }

  private static List<OutputValue> values(
      List<? extends EncodedForms<?>> records, int partition, long room) {
    return records.stream()
        .map(record -> record.within(room))
        .filter(Objects::nonNull)
        .map(bytes -> new OutputValue(partition, bytes))
        .toList();
  }
}
