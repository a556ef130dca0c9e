// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request record as it was accepted: bytes, with nothing decoded.
 *
 * @param position where it stands
 * @param key key bytes, or null
 * @param value value bytes, or null; also null when they were left out because the record is too
 *     large
 * @param headers the allowed headers in their order, an immutable list; the forbidden ones never
 *     get this far
 * @param timestamp of the record, Unix time in milliseconds
 * @param acceptedAt when the worker took it, Unix time in milliseconds; kept over restarts
 * @param omittedBytes 0, or the size of a record too large to be stored, whose value was left out
 */
@SuppressWarnings("ArrayRecordComponent") // identity is the position
public record SourceRecord(
    RecordPosition position,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<RecordHeader> headers,
    long timestamp,
    long acceptedAt,
    long omittedBytes) {

  /** The same without its value: once it is decoded, nobody needs the bytes any more. */
  public SourceRecord withoutValue() {
    return new SourceRecord(position, key, null, headers, timestamp, acceptedAt, omittedBytes);
  }

  /** Where a request record stands in Kafka; its identity inside the worker. */
  public record RecordPosition(String topic, int partition, long offset) {

    /** The request id of a request that brings none: topic-partition-offset. */
    @Override
    public String toString() {
      return topic + "-" + partition + "-" + offset;
    }
  }

  /**
   * A header of a Kafka record. A name may occur more than once; where one is looked up, the last
   * wins.
   *
   * @param name as it was written; names are compared without case
   * @param value raw bytes, or null; never changed after construction
   */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: headers are carried, not compared
  public record RecordHeader(String name, byte @Nullable [] value) {

    /** A header with a text value. */
    public static RecordHeader of(String name, String value) {
      return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The value as UTF-8 text, or null. */
    public @Nullable String text() {
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
  }
}
