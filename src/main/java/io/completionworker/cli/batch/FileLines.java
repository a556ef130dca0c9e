// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a file one at a time, so memory is bounded by the longest line allowed.
 * Unpacks a file packed by gzip. For one thread.
 */
public final class FileLines implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int GZIP = 0x1f8b;

  private final InputStream in;
  private final int longest;
  private final MessageDigest digest;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int end;
  private long number;
  private byte[] line = new byte[8 * 1024];

  private FileLines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * A line that is not blank.
   *
   * @param number from 1; blank lines are counted
   * @param bytes without the end of the line; null when there are more than allowed
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, by one
  public record Line(long number, byte @Nullable [] bytes) {}

  /**
   * Opens a file.
   *
   * @param longest most bytes of a line that is read whole
   * @throws FileFaultException when it is not text in UTF-8, as far as its beginning shows
   */
  public static FileLines open(Path file, int longest) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    try {
      byte[] head = head(in);
      if (isPacked(file, head)) {
        in = new BufferedInputStream(Gzip.open(in, BUFFER_BYTES), BUFFER_BYTES);
        head = head(in);
      }
      Optional<String> fault = FileKind.fault(head);
      if (fault.isPresent()) {
        throw new FileFaultException(fault.get());
      }
      return new FileLines(in, longest);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static byte[] head(InputStream in) throws IOException {
    in.mark(FileKind.HEAD_BYTES);
    byte[] head = in.readNBytes(FileKind.HEAD_BYTES);
    in.reset();
    return head;
  }

  /** One byte of the mark is enough when the name ends in .gz: such a file was cut off. */
  private static boolean isPacked(Path file, byte[] head) {
    boolean first = head.length > 0 && head[0] == (byte) (GZIP >> 8);
    return first && (head.length == 1 ? file.toString().endsWith(".gz") : head[1] == (byte) GZIP);
  }

  /** The next line that is not blank; null at the end of the file. */
  public @Nullable Line next() throws IOException {
    while (next < end || fill()) {
      number++;
      int length = read();
      if (length > longest) {
        return new Line(number, null);
      }
      int start = number == 1 && startsWithMark(length) ? 3 : 0;
      if (!isBlank(start, length)) {
        return new Line(number, Arrays.copyOfRange(line, start, length));
      }
    }
    return null;
  }

  /** SHA-256 of what was read so far, unpacked, in hex; of the whole content at the end. */
  public String digest() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e); // those of the JDK can
    }
  }

  /**
   * Reads past the end of the line and returns its length; bytes beyond the allowed length are not
   * kept.
   */
  private int read() throws IOException {
    int length = 0;
    while (next < end || fill()) {
      int from = next;
      while (next < end && buffer[next] != '\n') {
        next++;
      }
      length = keep(length, from, next - from);
      if (next < end) {
        next++;
        return length;
      }
    }
    return length;
  }

  private int keep(int length, int from, int count) {
    int whole = (int) Math.min(longest + 1L, (long) length + count);
    int kept = Math.min(count, Math.max(0, whole - length));
    if (length + kept > line.length) {
      line = Arrays.copyOf(line, (int) Math.min(longest + 1L, Math.max(2L * line.length, whole)));
    }
    System.arraycopy(buffer, from, line, length, kept);
    return whole;
  }

  private boolean fill() throws IOException {
    next = 0;
    end = Math.max(0, in.read(buffer));
    digest.update(buffer, 0, end);
    return end > 0;
  }

  /** The mark that some editors begin UTF-8 with. */
  private boolean startsWithMark(int length) {
    return length >= 3
        && line[0] == (byte) 0xef
        && line[1] == (byte) 0xbb
        && line[2] == (byte) 0xbf;
  }

  private boolean isBlank(int start, int length) {
    for (int i = start; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Unpacks gzip, and reports a file that is cut off or has something else after its end. */
  private static final class Gzip extends InputStream {

    private static final int TRAILER_BYTES = 8;

    private final Members members;

    private Gzip(Members members) {
      this.members = members;
    }

    /**
     * Opens a packed stream.
     *
     * @throws FileFaultException when the file is cut off or damaged, here and at each read
     */
    static Gzip open(InputStream packed, int bufferBytes) throws IOException {
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

    /** The JDK ignores whatever follows the last member, even the beginning of another one. */
    private static final class Members extends GZIPInputStream {

      Members(InputStream packed, int bufferBytes) throws IOException {
        super(packed, bufferBytes);
      }

      /** Checks that only zeros follow, with which some tools fill up the last block. */
      void requireEnd() throws ZipException {
        for (int i = len - inf.getRemaining() + TRAILER_BYTES; i < len; i++) {
          if (buf[i] != 0) {
            throw new ZipException("something else follows");
          }
        }
      }
    }
  }

  /**
   * A file that is not what is read here; the message says what it is, and quotes nothing of it.
   */
  public static final class FileFaultException extends IOException {

    private static final long serialVersionUID = 1L;

    /** This fault, said of the file. */
    public FileFaultException(String message) {
      super(message);
    }

    /** Temporary files cannot be written; nothing was begun with them. */
    public static IOException temporary(IOException cause) {
      return failure(
          "Cannot write to %s, where temporary files are kept (%s); nothing was published"
              .formatted(System.getProperty("java.io.tmpdir"), reason(cause)),
          cause);
    }

    /** A failure of a file whose message has its cause in words. */
    public static IOException failure(String message, IOException cause) {
      IOException failure = new IOException(message);
      failure.addSuppressed(cause); // as a cause, its own text would be added to the line
      return failure;
    }

    /** Why a file cannot be opened, read or written, in a few words. */
    public static String reason(IOException e) {
      if (e instanceof AccessDeniedException) {
        return "permission denied";
      }
      if (e instanceof NoSuchFileException) {
        return "there is no such file or directory";
      }
      if (e instanceof FileAlreadyExistsException) {
        return "there is a file of that name";
      }
      String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
      return reason == null ? e.getClass().getSimpleName() : reason;
    }
  }
}
