// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.io.BufferedInputStream;
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
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a file one at a time, so memory is bounded by the longest line allowed.
 * Unpacks a file that is packed by gzip. Not thread-safe.
 */
public final class FileLines implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 * 1024;

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
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
  }

  /**
   * A line that is not blank.
   *
   * @param number line number from 1; blank lines are counted
   * @param bytes the line without its line end; null if the line is longer than allowed
   */
  @SuppressWarnings("ArrayRecordComponent") // has one reader, which reads it once
  public record Line(long number, byte @Nullable [] bytes) {}

  /**
   * Opens a file.
   *
   * @param longest maximum length in bytes of a line that is read whole
   * @throws FileFaultException if the beginning of the file shows that it is not text in UTF-8
   */
  public static FileLines open(Path file, int longest) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    try {
      byte[] head = head(in);
      if (Gzip.isPacked(file, head)) {
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

  /** Returns the next line that is not blank; null at the end of the file. */
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

  /** Returns the SHA-256 in hex of the content read so far, unpacked; at the end, of all of it. */
  public String digest() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e); // the digests of the JDK can be cloned
    }
  }

  /**
   * Reads past the end of the line and returns its length. Does not keep bytes beyond the allowed
   * length.
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

  /** Whether the line starts with a byte order mark, which some editors put before UTF-8. */
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

  /** A file of an unsupported kind. The message says what is wrong and quotes no content. */
  public static final class FileFaultException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with a message about the file. */
    public FileFaultException(String message) {
      super(message);
    }

    /** Returns a failure to write temporary files, which happens before anything is published. */
    public static IOException temporary(IOException cause) {
      return failure(
          "Cannot write to %s, where temporary files are kept (%s); nothing was published"
              .formatted(System.getProperty("java.io.tmpdir"), reason(cause)),
          cause);
    }

    /** Returns a failure of a file, whose message already contains the cause in words. */
    public static IOException failure(String message, IOException cause) {
      IOException failure = new IOException(message);
      failure.addSuppressed(cause); // as a cause, its message would be printed too
      return failure;
    }

    /** Returns in a few words why a file cannot be opened, read or written. */
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
