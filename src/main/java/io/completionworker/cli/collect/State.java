// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.outcomes.Ledger;
import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.usage.UsageTotals;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.TopicPartition;

/**
 * The saved progress of a collect. All records before the offsets are in the files, up to these
 * lengths, and in the ledger and the totals.
 *
 * @param published lines in the file of answers when that file is ordered; else none
 * @param publishing whether an ordered file is about to replace the file of answers
 */
record State(
    String batch,
    boolean ordered,
    Map<TopicPartition, Long> offsets,
    long answersLength,
    long errorsLength,
    Ledger ledger,
    UsageTotals totals,
    NumberSet published,
    boolean publishing) {

  private static final int FORMAT = 0x43570004;

  static State begin(String batch, boolean ordered) {
    return new State(
        batch, ordered, Map.of(), 0, 0, new Ledger(), new UsageTotals(), new NumberSet(), false);
  }

  State at(Map<TopicPartition, Long> reached, long answers, long errors) {
    return new State(
        batch, ordered, reached, answers, errors, ledger, totals, published, publishing);
  }

  State published(NumberSet lines, boolean underWay) {
    return new State(batch, ordered, offsets, 0, errorsLength, ledger, totals, lines, underWay);
  }

  /** Saves the state. A reader finds either the old or the new state, never a part of one. */
  void save(Path file) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + ".part");
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(written))))) {
      out.writeInt(FORMAT);
      out.writeUTF(batch);
      out.writeBoolean(ordered);
      out.writeInt(offsets.size());
      for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
        out.writeUTF(offset.getKey().topic());
        out.writeInt(offset.getKey().partition());
        out.writeLong(offset.getValue());
      }
      out.writeLong(answersLength);
      out.writeLong(errorsLength);
      ledger.write(out);
      totals.write(out);
      published.write(out);
      out.writeBoolean(publishing);
    }
    OutputFiles.replace(written, file);
  }

  /**
   * Loads the state; empty when the file does not exist.
   *
   * @throws RecordsException when the file is of another version or broken
   */
  static Optional<State> load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))))) {
      if (in.readInt() != FORMAT) {
        throw new IOException("it is of another version");
      }
      return Optional.of(read(in));
    } catch (IOException | RuntimeException e) { // a broken file may hold any number and text
      throw new RecordsException(
          "Cannot read " + file + "; remove its directory and the files of answers to begin anew",
          e);
    }
  }

  private static State read(DataInputStream in) throws IOException {
    String batch = in.readUTF();
    boolean ordered = in.readBoolean();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    int partitions = in.readInt();
    for (int i = 0; i < partitions; i++) {
      offsets.put(new TopicPartition(in.readUTF(), in.readInt()), in.readLong());
    }
    return new State(
        batch,
        ordered,
        Map.copyOf(offsets),
        in.readLong(),
        in.readLong(),
        Ledger.read(in),
        UsageTotals.read(in),
        NumberSet.read(in),
        in.readBoolean());
  }
}
