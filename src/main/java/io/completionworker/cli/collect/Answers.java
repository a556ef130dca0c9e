// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.RecordsException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** The destination of the answers: a file or standard output. */
interface Answers extends Closeable {

  /** Adds the answer of a line that had none. */
  void put(long line, byte[] row) throws IOException;

  /** Forces all answers to disk and returns the length of the file. */
  long force() throws IOException;

  /** Appends answers to their file in the order of their arrival. */
  static final class Appended implements Answers {

    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /**
     * Opens the file and continues at this length. Answers beyond it were written but are not in
     * the saved state. They are cut off and read from the topics again.
     */
    Appended(Path path, long length) throws IOException {
      file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (file.size() < length) {
        file.close();
        throw new RecordsException(
            path
                + " is shorter than it was when collect stopped; remove it and "
                + path
                + ".collect to begin anew");
      }
      file.truncate(length);
      file.position(length);
    }

    @Override
    public void put(long line, byte[] row) throws IOException {
      if (row.length > buffer.remaining()) {
        flush();
      }
      if (row.length > buffer.remaining()) {
        write(ByteBuffer.wrap(row));
      } else {
        buffer.put(row);
      }
    }

    @Override
    public long force() throws IOException {
      flush();
      file.force(false);
      return file.position();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }

    private void flush() throws IOException {
      buffer.flip();
      write(buffer);
      buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    }
  }

  /** Prints answers to standard output in the order of their arrival. */
  static final class Printed implements Answers {

    private final PrintWriter out;

    Printed(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void put(long line, byte[] row) {
      out.print(new String(row, StandardCharsets.UTF_8));
    }

    @Override
    public long force() throws IOException {
      if (out.checkError()) {
        throw new IOException("nobody reads it any more");
      }
      return 0;
    }

    @Override
    public void close() {
      out.flush();
    }
  }

  /** Keeps answers in a spool until they can be written in the order of their lines. */
  static final class Spooled implements Answers {

    private final Spool spool;

    Spooled(Spool spool) {
      this.spool = spool;
    }

    @Override
    public void put(long line, byte[] row) throws IOException {
      spool.put(line, row);
    }

    @Override
    public long force() throws IOException {
      spool.force();
      return spool.length();
    }

    /**
     * Writes a file of all answers in the order of their lines.
     *
     * @param answers lines with an answer
     * @param published those of them that are in the older file, which is ordered too
     */
    void writeInOrder(Path target, NumberSet answers, Path older, NumberSet published)
        throws IOException {
      try (InputStream old =
              published.size() == 0
                  ? InputStream.nullInputStream()
                  : new BufferedInputStream(Files.newInputStream(older), 1 << 16);
          OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 16)) {
        for (OptionalLong at = answers.next(0);
            at.isPresent();
            at = answers.next(at.getAsLong() + 1)) {
          long line = at.getAsLong();
          if (published.contains(line)) {
            copyLine(old, out, older);
          } else {
            out.write(
                spool
                    .get(line)
                    .orElseThrow(() -> new RecordsException("No answer of line " + line)));
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (spool.length() == 0) {
        spool.delete();
      } else {
        spool.close();
      }
    }

    /** Deletes the answers from the spool. By then all of them are in the ordered file. */
    void clear() throws IOException {
      spool.clear();
    }

    private static void copyLine(InputStream from, OutputStream to, Path older) throws IOException {
      int next;
      do {
        next = from.read();
        if (next < 0) {
          throw new RecordsException(older + " has fewer lines than collect has written");
        }
        to.write(next);
      } while (next != '\n');
    }
  }
}
