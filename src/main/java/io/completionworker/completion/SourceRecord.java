// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.headers.KnownHeader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
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

  /**
   * A record that is kept elsewhere.
   *
   * @param size size in bytes, as it is or would be stored
   * @param whole returns the record with its bytes; may be called on any thread
   */
  public record Kept(int size, Supplier<SourceRecord> whole) {}

  /** The position of a request record in Kafka, which identifies it in the worker. */
  public record RecordPosition(String topic, int partition, long offset) {

    /** Returns topic-partition: the name of the partition that the request came from. */
    public String source() {
      return source(topic, partition);
    }

    /** Returns the name of a partition of a request topic. */
    public static String source(String topic, int partition) {
      return topic + "-" + partition;
    }

    /** Returns topic-partition-offset, which is the request id of a request without its own. */
    @Override
    public String toString() {
      return source() + "-" + offset;
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

    /**
     * Replaces an inline config. This text is neither an id nor JSON, so an instance that allows
     * inline JSON refuses it too.
     */
    private static final byte[] LEFT_OUT = "(left out)".getBytes(StandardCharsets.UTF_8);

    /** Replaces bytes that are not text, which are refused for another reason. */
    private static final byte[] NO_TEXT = {(byte) 0xff};

    /** Creates a header with a text value. */
    public static RecordHeader of(String name, String value) {
      return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the value as UTF-8 text, or null. */
    public @Nullable String text() {
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /** Returns the value as text; null if there is none or its bytes are not UTF-8. */
    public @Nullable String utf8() {
      try {
        return value == null
            ? null
            : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      } catch (CharacterCodingException e) {
        return null;
      }
    }

    /**
     * Whether this is the config header, with anything except the id of a saved config. An inline
     * config contains hosts and keys, so it is treated as a secret.
     */
    public boolean mayHoldKeys() {
      String text = text();
      return KnownHeader.of(name) == KnownHeader.CONFIG
          && text != null
          && !text.isBlank()
          && !KnownHeader.isSavedConfig(text.strip());
    }

    /**
     * Returns the header in the form that may be stored if inline configs are not allowed. A value
     * that may hold keys is replaced by one that is refused for the same reason and with the same
     * message.
     */
    public RecordHeader withoutKeys() {
      return mayHoldKeys() ? new RecordHeader(name, utf8() == null ? NO_TEXT : LEFT_OUT) : this;
    }
  }
}
