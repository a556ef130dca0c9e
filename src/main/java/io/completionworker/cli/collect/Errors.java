// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.outcomes.Ledger;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The failures and dead letters of a batch. An answer or a later failure may supersede each of
 * them, so they are kept in a spool. Their file is written as a whole, in the order of lines, with
 * the last failure of each line that has no answer.
 */
final class Errors implements Closeable {

  private final Spool spool;

  Errors(Spool spool) {
    this.spool = spool;
  }

  /** Adds the failure of a line. */
  void put(long line, String reason, byte[] row) throws IOException {
    byte[] head = (reason + " ").getBytes(StandardCharsets.UTF_8);
    byte[] entry = Arrays.copyOf(head, head.length + row.length);
    System.arraycopy(row, 0, entry, head.length, row.length);
    spool.put(line, entry);
  }

  /** Forces all failures to disk and returns the length of their file. */
  long force() throws IOException {
    spool.force();
    return spool.length();
  }

  /**
   * Writes the file of errors.
   *
   * @return the number of failed lines by reason
   */
  Map<String, Long> write(Path target, Ledger ledger) throws IOException {
    Map<String, Long> reasons = new TreeMap<>();
    Path written = target.resolveSibling(target.getFileName() + ".part");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(written), 1 << 16)) {
      for (OptionalLong at = ledger.next(0); at.isPresent(); at = ledger.next(at.getAsLong() + 1)) {
        Optional<byte[]> entry =
            ledger.isFailed(at.getAsLong()) ? spool.get(at.getAsLong()) : Optional.empty();
        if (entry.isPresent()) {
          int head = split(entry.get());
          String reason = new String(entry.get(), 0, head, StandardCharsets.UTF_8);
          reasons.merge(reason, 1L, Long::sum);
          out.write(entry.get(), head + 1, entry.get().length - head - 1);
        }
      }
    }
    OutputFiles.replace(written, target);
    return reasons;
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }

  private static int split(byte[] entry) {
    int at = 0;
    while (entry[at] != ' ') {
      at++;
    }
    return at;
  }
}
