package io.completionworker.serde;

import org.apache.kafka.common.errors.SerializationException;

/** Confluent's prefix of a record: a zero byte, and the schema id in four bytes big-endian. */
final class WireFormat {

  /** First byte of a record whose schema is named by id. */
  static final byte MAGIC = 0;

  /** Bytes before the record. */
  static final int PREFIX_BYTES = 5;

  private WireFormat() {}

  /** The schema id of a record. */
  static int schemaId(byte[] data) {
    if (data.length < PREFIX_BYTES) {
      throw new SerializationException(
          "too short: " + data.length + " bytes, where the schema id alone takes " + PREFIX_BYTES);
    }
    if (data[0] != MAGIC) {
      throw new SerializationException("Unknown magic byte!");
    }
    return (data[1] & 0xff) << 24
        | (data[2] & 0xff) << 16
        | (data[3] & 0xff) << 8
        | (data[4] & 0xff);
  }
}
