// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request record as it was accepted, as bytes. Nothing is decoded.
 *
 * @param position position of the record
 * @param key key bytes, or null
 * @param value value bytes, or null; also null if the value was left out because the record is too
 *     large
 * @param headers the allowed headers in their order, as an immutable list; refused headers were
 *     removed before
 * @param timestamp timestamp of the record, Unix time in milliseconds
 * @param acceptedAt when the worker accepted the record, Unix time in milliseconds; kept across
 *     restarts
 * @param omittedBytes 0, or the size of a record that is too large to be stored, whose value was
 *     left out
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

  /** Returns a copy without the value, whose bytes are not needed after decoding. */
  public SourceRecord withoutValue() {
    return new SourceRecord(position, key, null, headers, timestamp, acceptedAt, omittedBytes);
  }

  /** The position of a request record in Kafka, which identifies it in the worker. */
  public record RecordPosition(String topic, int partition, long offset) {

    /** Returns topic-partition-offset, which is the request id of a request without its own. */
    @Override
    public String toString() {
      return topic + "-" + partition + "-" + offset;
    }
  }

  /**
   * A header of a Kafka record. A name may occur more than once. A lookup by name returns the last
   * one.
   *
   * @param name name as written; names are compared without case
   * @param value raw bytes, or null; never changed after construction
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  public record RecordHeader(String name, byte @Nullable [] value) {

    /** Creates a header with a text value. */
    public static RecordHeader of(String name, String value) {
      return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the value as UTF-8 text, or null. */
    public @Nullable String text() {
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
  }
}
