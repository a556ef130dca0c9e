// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The binary format of an accepted request in the store and its changelog.
 *
 * <p>Integers are big-endian. The fields are:
 *
 * <ul>
 *   <li>a version byte
 *   <li>in version 2 only, which is written once a request has a usage row: the number of attempts
 *       that the request has used up, and the number of its usage rows (4 bytes each)
 *   <li>timestamp, acceptance time and omitted bytes (8 bytes each)
 *   <li>key and value
 *   <li>the number of headers (4 bytes), then name and value of each
 * </ul>
 *
 * <p>A 4-byte length precedes each key, value and name. It is -1 for null.
 *
 * <p>Instances of two versions share a changelog during a rolling upgrade. So all instances must be
 * able to read a new version before any instance writes it.
 */
final class PendingFormat {

  /** The bytes by which an entry may grow while it is stored. */
  static final int GROWTH = 2 * Integer.BYTES;

  private static final byte NEVER_CALLED = 1;
  private static final byte CALLED = 2;
  private static final int NULL = -1;

  private PendingFormat() {}

  /** Returns the size in bytes of the entry of a request that was never called. */
  static int size(SourceRecord record) {
    return size(record, names(record.headers()));
  }

  private static int size(SourceRecord record, byte[][] names) {
    int size = 1 + 3 * Long.BYTES + field(record.key()) + field(record.value()) + Integer.BYTES;
    for (int i = 0; i < names.length; i++) {
      size += field(names[i]) + field(record.headers().get(i).value());
    }
    return size;
  }

  private static byte[][] names(List<RecordHeader> headers) {
    byte[][] names = new byte[headers.size()][];
    for (int i = 0; i < names.length; i++) {
      names[i] = headers.get(i).name().getBytes(StandardCharsets.UTF_8);
    }
    return names;
  }

  static byte[] encode(SourceRecord record) {
    List<RecordHeader> headers = record.headers();
    byte[][] names = names(headers);
    ByteBuffer out = ByteBuffer.allocate(size(record, names));
    out.put(NEVER_CALLED);
    out.putLong(record.timestamp()).putLong(record.acceptedAt()).putLong(record.omittedBytes());
    put(out, record.key());
    put(out, record.value());
    out.putInt(names.length);
    for (int i = 0; i < names.length; i++) {
      put(out, names[i]);
      put(out, headers.get(i).value());
    }
    return out.array();
  }

  /** Returns an entry with this progress, and otherwise unchanged. */
  static byte[] with(Progress progress, byte[] entry) {
    int from = entry[0] == CALLED ? 1 + GROWTH : 1;
    return ByteBuffer.allocate(1 + GROWTH + entry.length - from)
        .put(CALLED)
        .putInt(progress.attempts())
        .putInt(progress.rows())
        .put(entry, from, entry.length - from)
        .array();
  }

  /** Returns the progress in an entry. */
  static Progress progress(byte[] entry) {
    ByteBuffer in = ByteBuffer.wrap(entry);
    return in.get() == CALLED ? new Progress(in.getInt(), in.getInt()) : Progress.NONE;
  }

  /**
   * Decodes an entry.
   *
   * @throws IllegalStateException if a newer version wrote the entry
   */
  static SourceRecord decode(RecordPosition position, byte[] bytes) {
    return decode(position, bytes, true);
  }

  /** Decodes an entry without its value, which is not copied. */
  static SourceRecord decodeWithoutValue(RecordPosition position, byte[] bytes) {
    return decode(position, bytes, false);
  }

  private static SourceRecord decode(RecordPosition position, byte[] bytes, boolean whole) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte version = in.get();
    if (version != NEVER_CALLED && version != CALLED) {
      throw new IllegalStateException(
          "The pending store holds "
              + position
              + " in format "
              + version
              + ", this version reads formats up to "
              + CALLED
              + ": run the newer version again");
    }
    in.position(version == CALLED ? 1 + GROWTH : 1);
    long timestamp = in.getLong();
    long acceptedAt = in.getLong();
    long omitted = in.getLong();
    byte[] key = take(in);
    byte[] value = whole ? take(in) : skip(in);
    int count = in.getInt();
    List<RecordHeader> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] name = take(in);
      String text = name == null ? "" : new String(name, StandardCharsets.UTF_8);
      headers.add(new RecordHeader(text, take(in)));
    }
    return new SourceRecord(position, key, value, headers, timestamp, acceptedAt, omitted);
  }

  private static int field(byte @Nullable [] bytes) {
    return Integer.BYTES + (bytes == null ? 0 : bytes.length);
  }

  private static void put(ByteBuffer out, byte @Nullable [] bytes) {
    if (bytes == null) {
      out.putInt(NULL);
    } else {
      out.putInt(bytes.length).put(bytes);
    }
  }

  private static byte @Nullable [] skip(ByteBuffer in) {
    in.position(in.position() + Integer.BYTES + Math.max(0, in.getInt(in.position())));
    return null;
  }

  private static byte @Nullable [] take(ByteBuffer in) {
    int length = in.getInt();
    if (length == NULL) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
