// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

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
}
