// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import io.completionworker.cli.batch.FileLines.FileFaultException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Unpacks gzip (RFC 1952), with all members of files that were joined, as by {@code cat a.gz b.gz}.
 * Reports a file that is cut off or damaged, or that has other data after a member. {@link
 * java.util.zip.GZIPInputStream} ignores such data, even if it is the beginning of another member.
 * Not thread-safe.
 */
final class Gzip extends InflaterInputStream {

  private static final int FIRST_BYTE = 0x1f;
  private static final int SECOND_BYTE = 0x8b;
  private static final int DEFLATE = 8;

  private static final int HAS_CHECKSUM = 2;
  private static final int HAS_EXTRA_FIELD = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  /** The checksum of the header, or of the content of the member that was unpacked so far. */
  private final CRC32 checksum = new CRC32();

  /** Index in {@code buf} of the next byte of a header or trailer. */
  private int next;

  private boolean ended;

  private Gzip(InputStream packed, int bufferBytes) {
    super(packed, new Inflater(true), bufferBytes);
  }

  /** Whether a file is gzip. A file cut off after one byte is gzip if its name ends in .gz. */
  static boolean isPacked(Path file, byte[] head) {
    boolean first = head.length > 0 && head[0] == (byte) FIRST_BYTE;
    return first
        && (head.length == 1 ? file.toString().endsWith(".gz") : head[1] == (byte) SECOND_BYTE);
  }

  /**
   * Opens a packed stream, whose first bytes are those of gzip.
   *
   * @throws FileFaultException if the file is cut off or damaged; each read may throw it too
   */
  static Gzip open(InputStream packed, int bufferBytes) throws IOException {
    Gzip gzip = new Gzip(packed, bufferBytes);
    try {
      gzip.ended = !gzip.beginMember();
      return gzip;
    } catch (EOFException | ZipException e) {
      gzip.close();
      throw fault(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      while (!ended) {
        int read = super.read(bytes, offset, length);
        if (read >= 0) {
          checksum.update(bytes, offset, read);
          return read;
        }
        endMember();
        ended = !beginMember();
      }
      return -1;
    } catch (EOFException | ZipException e) {
      throw fault(e);
    }
  }

  /**
   * Reads the header of the next member. Some tools fill up the last block with zeros.
   *
   * @return false at the end of the file
   */
  private boolean beginMember() throws IOException {
    int first = byteOrEnd();
    boolean filledUp = first == 0;
    while (first == 0) {
      first = byteOrEnd();
    }
    if (first < 0) {
      return false;
    }
    if (filledUp || first != FIRST_BYTE || requiredByte() != SECOND_BYTE) {
      throw new ZipException("something else follows");
    }
    checksum.reset();
    checksum.update(FIRST_BYTE);
    checksum.update(SECOND_BYTE);
    readHeader();
    checksum.reset();
    inf.reset();
    inf.setInput(buf, next, len - next);
    return true;
  }

  /** Reads what follows the first two bytes of a header, of which nothing is needed. */
  private void readHeader() throws IOException {
    if (requiredByte() != DEFLATE) {
      throw new ZipException("unknown kind of compression");
    }
    int flags = requiredByte();
    skipBytes(6); // time, level and system
    if ((flags & HAS_EXTRA_FIELD) != 0) {
      skipBytes((int) number(2));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    long sum = checksum.getValue() & 0xffff;
    if ((flags & HAS_CHECKSUM) != 0 && number(2) != sum) {
      throw new ZipException("the checksum of its header is wrong");
    }
  }

  /** Compares the trailer of a member with what was unpacked. */
  private void endMember() throws IOException {
    next = len - inf.getRemaining();
    long sum = checksum.getValue();
    if (number(4) != sum || number(4) != (inf.getBytesWritten() & 0xffff_ffffL)) {
      throw new ZipException("the checksum or the length is wrong");
    }
  }

  private void skipText() throws IOException {
    while (requiredByte() != 0) {
      // a zero ends it
    }
  }

  private void skipBytes(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      requiredByte();
    }
  }

  /** Reads a number of this many bytes, the lowest first. */
  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) requiredByte() << (8 * i);
    }
    return number;
  }

  private int requiredByte() throws IOException {
    int found = byteOrEnd();
    if (found < 0) {
      throw new EOFException();
    }
    checksum.update(found);
    return found;
  }

  /** Reads a byte that is not compressed; -1 at the end of the file. */
  private int byteOrEnd() throws IOException {
    if (next == len) {
      next = 0;
      len = Math.max(0, in.read(buf, 0, buf.length));
    }
    return next == len ? -1 : buf[next++] & 0xff;
  }

  @Override
  public void close() throws IOException {
    inf.end();
    super.close();
  }

  private static FileFaultException fault(IOException e) {
    return new FileFaultException(
        e instanceof EOFException
            ? "is packed by gzip and not whole: it ends too early"
            : "is packed by gzip and damaged: " + e.getMessage());
  }
}
