// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Rows in the order of their arrival, found by their line. There is a file of rows, and a sparse
 * file of places, which has 16 bytes for each line: the position and length of its row. So rows can
 * be read in the order of lines without a sort and without memory. Since a batch is processed
 * roughly in its order, they are read nearly sequentially. The last row of a line counts.
 *
 * <p>Each row begins with its line and its length. So a place that points beyond the end after a
 * kill is not mistaken for a row.
 */
final class Spool implements Closeable {

  /** The last line whose place common file systems can hold, with room to spare. */
  static final long LAST_LINE = 1L << 38;

  private static final int PLACE_BYTES = 16;
  private static final int HEAD_BYTES = 12;

  private final Path rowsFile;
  private final Path placesFile;
  private final FileChannel rows;
  private final FileChannel places;
  private long length;

  /**
   * Opens or creates the spool, and truncates the rows to this length.
   *
   * @throws IOException also when the rows are shorter than this
   */
  Spool(Path rowsFile, long length) throws IOException {
    this.rowsFile = rowsFile;
    this.placesFile = rowsFile.resolveSibling(rowsFile.getFileName() + ".places");
    this.rows = open(rowsFile);
    try {
      this.places = open(placesFile);
    } catch (IOException e) {
      rows.close();
      throw e;
    }
    this.length = length;
    if (rows.size() < length) {
      close();
      throw new IOException(rowsFile + " is shorter than it was");
    }
    rows.truncate(length);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Returns the size of the rows in bytes. */
  long length() {
    return length;
  }

  /** Adds a row. */
  void put(long line, byte[] row) throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(HEAD_BYTES + row.length);
    entry.putLong(line).putInt(row.length).put(row).flip();
    write(rows, entry, length);
    ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
    place.putLong(length + 1).putLong(row.length).flip(); // 0 is a hole in the file: no row
    write(places, place, place(line));
    length += HEAD_BYTES + row.length;
  }

  /** Returns the last row of a line; empty when it has none. */
  Optional<byte[]> get(long line) throws IOException {
    ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
    if (!read(places, place, place(line))) {
      return Optional.empty();
    }
    long at = place.getLong(0) - 1;
    long size = place.getLong(8);
    if (at < 0 || size > Integer.MAX_VALUE - HEAD_BYTES || at + HEAD_BYTES + size > length) {
      return Optional.empty();
    }
    ByteBuffer entry = ByteBuffer.allocate(HEAD_BYTES + (int) size);
    if (!read(rows, entry, at) || entry.getLong(0) != line || entry.getInt(8) != size) {
      return Optional.empty();
    }
    byte[] row = new byte[(int) size];
    entry.get(HEAD_BYTES, row);
    return Optional.of(row);
  }

  /** Forces all rows to disk, so that they survive a power failure. */
  void force() throws IOException {
    rows.force(false);
    places.force(false);
  }

  /** Deletes all rows. */
  void clear() throws IOException {
    rows.truncate(0);
    places.truncate(0);
    length = 0;
  }

  /** Closes the spool and deletes its files. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(rowsFile);
    Files.deleteIfExists(placesFile);
  }

  @Override
  public void close() throws IOException {
    rows.close();
    places.close();
  }

  private static long place(long line) throws IOException {
    if (line > LAST_LINE) {
      throw new IOException("line " + line + " is too far; lines may go up to " + LAST_LINE);
    }
    return line * PLACE_BYTES;
  }

  private static void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes, at + bytes.position());
    }
  }

  private static boolean read(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      if (file.read(bytes, at + bytes.position()) < 0) {
        return false;
      }
    }
    return true;
  }
}
