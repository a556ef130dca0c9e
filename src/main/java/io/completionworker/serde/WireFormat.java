// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.headers.KnownHeader;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's two formats that name the schema of a record: a zero byte and the schema's id in four
 * bytes big-endian, or a byte of one and the sixteen bytes of the schema's GUID. Either stands
 * before the record or in a record header.
 */
final class WireFormat {

  private static final byte MAGIC_ID = 0;
  private static final byte MAGIC_GUID = 1;
  private static final int ID_BYTES = 1 + Integer.BYTES;
  private static final int GUID_BYTES = 1 + 2 * Long.BYTES;

  private WireFormat() {}

  /** The name of a writer's schema. */
  sealed interface Writer {
    record Id(int id) implements Writer {
      @Override
      public String toString() {
        return "schema id " + id;
      }
    }

    /**
     * A schema by GUID.
     *
     * @param inHeader whether the GUID comes from a header, where Confluent's serializers put it;
     *     before a record, the same bytes may be the start of other data
     */
    record Guid(UUID guid, boolean inHeader) implements Writer {
      @Override
      public String toString() {
        return "schema GUID " + guid;
      }
    }
  }

  /**
   * The schema of a record, and where the record begins.
   *
   * @param start number of bytes before the record
   */
  record Written(Writer writer, int start) {}

  /** Returns the name of the header that may name the schema. */
  static String header(boolean isKey) {
    return (isKey ? KnownHeader.KEY_SCHEMA_ID : KnownHeader.VALUE_SCHEMA_ID).text();
  }

  /** Reads the schema's name from the header if there is one, otherwise from the first bytes. */
  static Written read(@Nullable Headers headers, String name, byte[] data) {
    Header header = headers == null ? null : headers.lastHeader(name);
    if (header != null && header.value() != null) {
      try {
        return new Written(writer(header.value(), true), 0);
      } catch (SerializationException e) {
        throw new SerializationException("header " + name + ": " + e.getMessage());
      }
    }
    Writer writer = writer(data, false);
    return new Written(writer, writer instanceof Writer.Id ? ID_BYTES : GUID_BYTES);
  }

  private static Writer writer(byte[] data, boolean inHeader) {
    byte magic = data.length == 0 ? MAGIC_ID : data[0];
    if (magic != MAGIC_ID && magic != MAGIC_GUID) {
      throw new SerializationException("Unknown magic byte!");
    }
    int needed = magic == MAGIC_ID ? ID_BYTES : GUID_BYTES;
    if (data.length < needed) {
      throw new SerializationException(
          "too short: " + data.length + " bytes, where the schema id alone takes " + needed);
    }
    ByteBuffer bytes = ByteBuffer.wrap(data, 1, needed - 1);
    return magic == MAGIC_ID
        ? new Writer.Id(bytes.getInt())
        : new Writer.Guid(new UUID(bytes.getLong(), bytes.getLong()), inHeader);
  }

  /** Returns an id in the form that stands before a record. */
  static byte[] id(int id) {
    return ByteBuffer.allocate(ID_BYTES).put(MAGIC_ID).putInt(id).array();
  }

  /** Returns a GUID in the form that stands in a header. */
  static byte[] guid(UUID guid) {
    return ByteBuffer.allocate(GUID_BYTES)
        .put(MAGIC_GUID)
        .putLong(guid.getMostSignificantBits())
        .putLong(guid.getLeastSignificantBits())
        .array();
  }
}
