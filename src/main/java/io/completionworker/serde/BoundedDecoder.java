// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Decodes Avro binary data from an array, and never allocates more than the array can hold.
 *
 * <p>Avro's own decoder trusts the lengths that it reads, so five bytes can request gigabytes. This
 * decoder treats a length or an item count beyond the remaining bytes as the end of the data,
 * because every item of our schemas takes at least one byte. Strings are decoded without an
 * intermediate copy. Not thread-safe.
 */
final class BoundedDecoder extends Decoder {

  private final byte[] buffer;
  private int position;

  /** Reads from this position to the end of the array. */
  BoundedDecoder(byte[] buffer, int position) {
    this.buffer = buffer;
    this.position = position;
  }

  /** Returns the number of bytes that are left. */
  int remaining() {
    return buffer.length - position;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return next() == 1;
  }

  @Override
  public int readInt() throws IOException {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int part = next();
      value |= (part & 0x7f) << shift;
      if (part >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new InvalidNumberEncodingException("Invalid int encoding");
  }

  @Override
  public long readLong() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int part = next();
      value |= (part & 0x7fL) << shift;
      if (part >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new InvalidNumberEncodingException("Invalid long encoding");
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat((int) littleEndian(Float.BYTES));
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(littleEndian(Double.BYTES));
  }

  @Override
  public String readString() throws IOException {
    int length = length();
    String text = new String(buffer, position, length, StandardCharsets.UTF_8);
    position += length;
    return text;
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    byte[] bytes = new byte[length()];
    readFixed(bytes, 0, bytes.length);
    return new Utf8(bytes);
  }

  @Override
  public void skipString() throws IOException {
    skipBytes();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    byte[] bytes = new byte[length()];
    readFixed(bytes, 0, bytes.length);
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void skipBytes() throws IOException {
    int length = length(); // advances the position, too
    position += length;
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    int from = position;
    skipFixed(length);
    System.arraycopy(buffer, from, bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    position += bounded(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return items();
  }

  @Override
  public long arrayNext() throws IOException {
    return items();
  }

  @Override
  public long skipArray() throws IOException {
    return skipItems();
  }

  @Override
  public long readMapStart() throws IOException {
    return items();
  }

  @Override
  public long mapNext() throws IOException {
    return items();
  }

  @Override
  public long skipMap() throws IOException {
    return skipItems();
  }

  private byte next() throws EOFException {
    if (position >= buffer.length) {
      throw new EOFException();
    }
    return buffer[position++];
  }

  private long littleEndian(int bytes) throws IOException {
    int from = position;
    position += bounded(bytes);
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | (buffer[from + i] & 0xffL);
    }
    return value;
  }

  private int length() throws IOException {
    return bounded(readLong());
  }

  /**
   * Returns the number of items in the next block. A negative count is followed by the block's
   * size.
   */
  private long items() throws IOException {
    long count = readLong();
    if (count < 0) {
      length();
      count = -count;
    }
    return bounded(count);
  }

  /**
   * Skips blocks that state their size. Returns the number of items in the first block that does
   * not, or 0 at the end.
   */
  private long skipItems() throws IOException {
    long count = readLong();
    while (count < 0) {
      skipBytes();
      count = readLong();
    }
    return bounded(count);
  }

  private int bounded(long amount) throws IOException {
    if (amount < 0) {
      throw new InvalidNumberEncodingException("Negative length");
    }
    if (amount > remaining()) {
      throw new EOFException();
    }
    return (int) amount;
  }
}
