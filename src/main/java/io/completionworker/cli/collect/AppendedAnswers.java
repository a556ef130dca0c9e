// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.records.RecordsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Answers at the end of their file, as they come. */
final class AppendedAnswers implements Answers {

  private static final int BUFFER_BYTES = 1 << 16;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  /** Goes on at this length; what stands behind it was written and not noted, and comes again. */
  AppendedAnswers(Path path, long length) throws IOException {
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
