// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Violation;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.body.BodyJson;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Reads a whole file and checks every line as a worker would. Needs memory for one line and one bit
 * for each line.
 *
 * @param options options that apply to all requests
 * @param check the check that a worker would make
 * @param maxRecordBytes size in bytes of the largest record that the worker and the topic accept
 * @param maxFaults how many kinds of faults are kept
 */
public record Inspector(
    LineReader.Options options, RequestCheck check, int maxRecordBytes, int maxFaults) {

  /** How many lines are examined to detect the format. */
  private static final int LOOKED_AT = 100;

  private static final int IDS_IN_MEMORY = 65_536;

  /** A placeholder with the length of the id that a batch gets if none is given. */
  private static final String SOME_ID = "0".repeat(16);

  /**
   * Text that is not ASCII takes up to three times as many bytes in JSON, if it is escaped, as in a
   * record.
   */
  private static final int LONGEST_ESCAPE = 3;

  /**
   * JSON is at least a fifth as large as its record. The worst case is a logit bias of one digit.
   */
  private static final int DENSEST = 5;

  /** Returns the maximum length in bytes of a line that may become a record. */
  public int longestLine() {
    return (int) Math.min(Integer.MAX_VALUE - 16, (long) LONGEST_ESCAPE * maxRecordBytes);
  }

  /** Detects the format of a file by its first lines. */
  public Batch.Format detect(Path file) throws IOException {
    Batch.Format format = null;
    try (FileLines lines = FileLines.open(file, longestLine())) {
      FileLines.Line line = lines.next();
      for (int i = 0; i < LOOKED_AT && line != null; i++) {
        Optional<Batch.Format> found = format(line);
        if (format == null || found.equals(Optional.of(Batch.Format.COOKBOOK))) {
          format = found.orElse(format);
        }
        if (format == Batch.Format.BATCH) {
          return format;
        }
        line = lines.next();
      }
    }
    return format == null ? Batch.Format.BATCH : format;
  }

  private static Optional<Batch.Format> format(FileLines.Line line) {
    byte[] bytes = line.bytes();
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      ObjectNode object = BodyJson.read(bytes);
      return Optional.of(Batch.Format.of(object));
    } catch (BodyFaultException e) {
      return Optional.empty();
    }
  }

  /** Checks all lines of a file. */
  public Batch.Inspection inspect(Path file, Batch.Format format, String batch, Progress progress)
      throws IOException {
    LineReader reader = new LineReader(format, options);
    BitSet valid = new BitSet();
    LineFaults faults = new LineFaults(maxFaults);
    LineFaults notices = new LineFaults(maxFaults);
    try (FileLines lines = FileLines.open(file, longestLine());
        CustomIds ids = new CustomIds(IDS_IN_MEMORY)) {
      String id = batch.isEmpty() ? SOME_ID : batch;
      for (FileLines.Line line = lines.next(); line != null; line = lines.next()) {
        Optional<LineReader.LineRequest> request = judge(reader, id, line, faults);
        if (request.isPresent()) {
          valid.set(Math.toIntExact(line.number()));
          if (!request.get().notices().isEmpty()) {
            notices.add(line.number(), request.get().notices());
          }
          if (format == Batch.Format.BATCH) {
            ids.add(request.get().id().customId(), line.number());
          }
        }
        progress.at(line.number());
      }
      ids.repeats(
          (line, first) -> {
            valid.clear(Math.toIntExact(line));
            faults.add(line, List.of("has the custom_id of line " + first));
          });
      return new Batch.Inspection(
          format,
          lines.digest(),
          valid,
          faults.lines(),
          faults.unlisted(),
          faults.inOrder(),
          notices.inOrder());
    }
  }

  private Optional<LineReader.LineRequest> judge(
      LineReader reader, String batch, FileLines.Line line, LineFaults faults) {
    try {
      LineReader.LineRequest request = reader.read(batch, line);
      List<String> reasons = new ArrayList<>();
      for (Violation violation : check.violations(request.request())) {
        reasons.add((violation.getField() + " " + violation.getMessage()).strip());
      }
      byte[] bytes = line.bytes();
      if (bytes != null && bytes.length > maxRecordBytes / DENSEST) {
        size(request).ifPresent(reasons::add);
      }
      if (reasons.isEmpty()) {
        return Optional.of(request);
      }
      faults.add(line.number(), reasons);
    } catch (IllegalArgumentException e) {
      faults.add(line.number(), List.of(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private Optional<String> size(LineReader.LineRequest request) {
    byte[] key = request.key();
    long bytes = size(request.request()) + (key == null ? 0 : key.length);
    return bytes <= maxRecordBytes
        ? Optional.empty()
        : Optional.of(
            "makes a record of "
                + bytes
                + " bytes; most are "
                + maxRecordBytes
                + ", by async.max.record.bytes and by the topic");
  }

  private static long size(CompletionRequest request) {
    try {
      return request.toByteBuffer().remaining();
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be written as a record", e);
    }
  }

  /** The check that a worker makes of a request before it calls the endpoint. */
  @FunctionalInterface
  public interface RequestCheck {

    /** Returns all faults; empty if the request is valid. */
    List<Violation> violations(CompletionRequest request);

    /** Creates the check that a worker with given settings would make. */
    @FunctionalInterface
    interface Source {

      /** Returns a check that is as strict as these settings. */
      RequestCheck of(WorkerSettings settings);
    }
  }
}
