// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.Emission.UsageRow;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every record of an emission within the size limit. The values are reduced first, then the
 * copied headers, and the key last. A record above the limit would block its task forever.
 */
final class Packing {

  /** An ample size of a record and its batch without key, value and headers. */
  private static final int OVERHEAD = 128;

  /** The size of the length fields of a header's name and value. */
  private static final int HEADER_OVERHEAD = 10;

  private final int maxRecordBytes;

  Packing(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * The key and the headers that all records of an emission share.
   *
   * @param size bytes that a record needs in addition to its value
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Envelope(byte @Nullable [] key, List<RecordHeader> headers, long size) {

    static Envelope of(byte @Nullable [] key, List<RecordHeader> headers) {
      return new Envelope(key, headers, size(key, headers));
    }

    private static long size(byte @Nullable [] key, List<RecordHeader> headers) {
      long size = (long) OVERHEAD + (key == null ? 0 : key.length);
      for (RecordHeader header : headers) {
        byte[] value = header.value();
        size += header.name().getBytes(StandardCharsets.UTF_8).length + HEADER_OVERHEAD;
        size += value == null ? 0 : value.length;
      }
      return size;
    }
  }

  /** The records of an emission, not packed yet. */
  record Draft(
      Emission.Role role,
      List<? extends EncodedForms<?>> responses,
      List<EncodedForms<CompletionUsage>> usage,
      List<? extends EncodedForms<?>> failures) {

    /** Returns why a record could not be encoded; null if all could be. */
    @Nullable String fault() {
      return Stream.of(responses, failures, usage)
          .flatMap(List::stream)
          .map(EncodedForms::fault)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }
  }

  /**
   * Returns the envelopes in the order in which they are tried. The last one is the smallest. Each
   * is made when it is tried, since the first one fits nearly always.
   */
  static List<Supplier<Envelope>> envelopes(
      SourceRecord source, List<RecordHeader> all, Supplier<List<RecordHeader>> few) {
    return List.of(
        () -> Envelope.of(source.key(), all),
        () -> Envelope.of(source.key(), few.get()),
        () -> Envelope.of(null, few.get()),
        () -> Envelope.of(null, List.of()));
  }

  /**
   * Packs a draft into the first envelope in which it fits. Usage rows that cannot be encoded are
   * left out. Returns null if no envelope is small enough, or if the response or failure cannot be
   * encoded.
   */
  @Nullable Emission pack(
      SourceRecord source, List<Supplier<Envelope>> envelopes, Draft draft, long timestamp) {
    for (Supplier<Envelope> next : envelopes) {
      Envelope envelope = next.get();
      Emission emission = inside(source, envelope, draft, timestamp);
      if (emission == null || fits(envelope, emission)) {
        return emission;
      }
    }
    return null;
  }

  /**
   * Packs a chunk into the first envelope in which it fits, otherwise into the last one. Returns
   * null if the chunk cannot be encoded.
   */
  @Nullable Emission packChunk(
      SourceRecord source,
      List<Supplier<Envelope>> envelopes,
      EncodedForms<?> chunk,
      long timestamp) {
    Envelope chosen = null;
    byte[] bytes = null;
    for (Supplier<Envelope> next : envelopes) {
      chosen = next.get();
      bytes = chunk.within(maxRecordBytes - chosen.size());
      if (fits(chosen, bytes)) {
        break;
      }
    }
    int partition = source.position().partition();
    if (chosen == null || bytes == null) {
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
        List.of(new OutputValue(partition, bytes)));
  }

  /** Packs like {@link #pack}. If no envelope is small enough, packs as tightly as possible. */
  @Nullable Emission packOrSqueeze(
      SourceRecord source, List<Supplier<Envelope>> envelopes, Draft draft, long timestamp) {
    Emission emission = pack(source, envelopes, draft, timestamp);
    return emission == null
        ? inside(source, envelopes.get(envelopes.size() - 1).get(), draft, timestamp)
        : emission;
  }

  /** Whether a record with this value is within the size limit. */
  boolean fits(Envelope envelope, byte @Nullable [] value) {
    return envelope.size() + (value == null ? 0 : value.length) <= maxRecordBytes;
  }

  private boolean fits(Envelope envelope, Emission emission) {
    return fits(envelope, emission.responses())
        && fits(envelope, emission.usageValues())
        && fits(envelope, emission.failures());
  }

  private boolean fits(Envelope envelope, List<OutputValue> values) {
    for (OutputValue value : values) {
      if (!fits(envelope, value.bytes())) {
        return false;
      }
    }
    return true;
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
        usage(draft.usage(), partition, room),
        failures,
        List.of(),
        List.of());
  }

  /** Returns each row with its value, so that a row without a value changes no other row. */
  private static List<UsageRow> usage(
      List<EncodedForms<CompletionUsage>> records, int partition, long room) {
    List<UsageRow> rows = new ArrayList<>();
    for (EncodedForms<CompletionUsage> record : records) {
      CompletionUsage row = record.largest();
      byte[] bytes = row == null ? null : record.within(room);
      if (row != null) {
        rows.add(new UsageRow(row, bytes == null ? null : new OutputValue(partition, bytes)));
      }
    }
    return rows;
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
