// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.nio.ByteBuffer;

/** The first 16 bytes of the SHA-256 hash of a request id, which may be long. */
public record IdHash(long high, long low) {

  private static final int BYTES = 2 * Long.BYTES;

  /** Returns the hash of an id. */
  public static IdHash of(String id) {
    return of(Fingerprint.hash(id));
  }

  /** Returns the hash that begins these bytes. */
  public static IdHash of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new IdHash(buffer.getLong(), buffer.getLong());
  }

  /** Returns the bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }
}
