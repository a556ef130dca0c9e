// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.RecordsException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Answers that wait to be written in the order of their lines. */
final class SpooledAnswers implements Answers {

  private final Spool spool;

  SpooledAnswers(Spool spool) {
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
   * @param published those of them that stand in the older file, which is in order too
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
              spool.get(line).orElseThrow(() -> new RecordsException("No answer of line " + line)));
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

  /** All of it stands in the file in order. */
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
