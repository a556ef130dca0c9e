// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.input;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Unpacks gzip, and takes nothing for its end but its end. One thread. */
public final class Gzip extends InputStream {

  private static final int TRAILER_BYTES = 8;

  private final Members members;

  private Gzip(Members members) {
    this.members = members;
  }

  /**
   * Opens it.
   *
   * @throws FileFaultException when it is not whole, here and at each read
   */
  public static Gzip open(InputStream packed, int bufferBytes) throws IOException {
    try {
      return new Gzip(new Members(packed, bufferBytes));
    } catch (EOFException | ZipException e) {
      throw fault(e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      int read = members.read(bytes, offset, length);
      if (read < 0) {
        members.requireEnd();
      }
      return read;
    } catch (EOFException | ZipException e) {
      throw fault(e);
    }
  }

  @Override
  public void close() throws IOException {
    members.close();
  }

  private static FileFaultException fault(IOException e) {
    return new FileFaultException(
        e instanceof EOFException
            ? "is packed by gzip and not whole: it ends too early"
            : "is packed by gzip and damaged: " + e.getMessage());
  }

  /** What comes behind the last member, the JDK ignores: be it the beginning of another. */
  private static final class Members extends GZIPInputStream {

    Members(InputStream packed, int bufferBytes) throws IOException {
      super(packed, bufferBytes);
    }

    /** Zeros fill up blocks, and are none of the content. */
    void requireEnd() throws ZipException {
      for (int i = len - inf.getRemaining() + TRAILER_BYTES; i < len; i++) {
        if (buf[i] != 0) {
          throw new ZipException("something else follows");
        }
      }
    }
  }
}
