// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import io.completionworker.cli.batch.FileLines.FileFaultException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds ids that occur more than once, in bounded memory. For each id, 24 bytes are written to one
 * of 256 temporary files, which the hash of the id selects. The files are then searched one by one.
 * A hundred million ids need about 40 MB of memory and 2.4 GB of disk, whether they are equal or
 * not. A small number of ids stays in memory. The files are deleted when the process ends, also by
 * a signal.
 *
 * <p>Two ids count as equal if the first 128 bits of their SHA-256 are equal.
 */
final class CustomIds implements AutoCloseable {

  private static final int FILES = 256;
  private static final int BUFFER_BYTES = 4096;

  private final MessageDigest digest;
  private final int mostInMemory;
  private final Map<Hash, Long> few = new HashMap<>();
  private final List<Repeat> repeats = new ArrayList<>();
  private final List<DataOutputStream> spills = new ArrayList<>();
  private @Nullable Path directory;

  private record Hash(long high, long low) {}

  private record Repeat(long line, long first) {}

  /** Receives each line that has the same id as an earlier line. */
  @FunctionalInterface
  interface Repeats {

    /** Reports that a line has the same id as {@code first}, an earlier line. */
    void repeated(long line, long first);
  }

  /** Keeps at most this many entries in memory before it uses files. */
  CustomIds(int mostInMemory) {
    this.mostInMemory = mostInMemory;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
  }

  void add(String id, long line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8)));
    Hash hash = new Hash(bytes.getLong(), bytes.getLong());
    if (directory == null && inMemory() < mostInMemory) {
      Long first = few.putIfAbsent(hash, line);
      if (first != null) {
        repeats.add(new Repeat(line, first));
      }
      return;
    }
    try {
      if (directory == null) {
        spill();
      }
      write(hash, line);
    } catch (IOException e) {
      throw FileFaultException.temporary(e);
    }
  }

  /** Returns how many entries are held in memory as objects. */
  int inMemory() {
    return few.size() + repeats.size();
  }

  /** Reports all repeated ids, in no particular order. */
  void repeats(Repeats found) throws IOException {
    repeats.forEach(repeat -> found.repeated(repeat.line(), repeat.first()));
    for (int i = 0; i < spills.size(); i++) {
      spills.get(i).close();
      look(file(i), found);
    }
  }

  private void spill() throws IOException {
    directory = Files.createTempDirectory("completion-worker-ids");
    directory.toFile().deleteOnExit(); // registered first, so that it is deleted after its files
    for (int i = 0; i < FILES; i++) {
      file(i).toFile().deleteOnExit();
      spills.add(
          new DataOutputStream(
              new BufferedOutputStream(Files.newOutputStream(file(i)), BUFFER_BYTES)));
    }
    for (Map.Entry<Hash, Long> entry : few.entrySet()) {
      write(entry.getKey(), entry.getValue());
    }
    few.clear();
  }

  private void write(Hash hash, long line) throws IOException {
    DataOutputStream out = spills.get((int) (hash.high() >>> 56));
    out.writeLong(hash.high());
    out.writeLong(hash.low());
    out.writeLong(line);
  }

  /**
   * Searches one file for repeated ids. Entries that were in memory first are not in the order of
   * their lines.
   */
  private static void look(Path file, Repeats found) throws IOException {
    Map<Hash, Long> seen = new HashMap<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
      while (true) {
        Hash hash = new Hash(in.readLong(), in.readLong());
        long line = in.readLong();
        Long other = seen.putIfAbsent(hash, line);
        if (other != null) {
          seen.put(hash, Math.min(line, other));
          found.repeated(Math.max(line, other), Math.min(line, other));
        }
      }
    } catch (EOFException e) {
      // the whole file was read
    }
  }

  private Path file(int i) {
    if (directory == null) {
      throw new IllegalStateException("nothing was spilled");
    }
    return directory.resolve(Integer.toString(i));
  }

  @Override
  public void close() throws IOException {
    if (directory == null) {
      return;
    }
    for (int i = 0; i < spills.size(); i++) {
      spills.get(i).close();
      Files.deleteIfExists(file(i));
    }
    Files.deleteIfExists(directory);
  }
}
