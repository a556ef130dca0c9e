// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.FileLines.FileFaultException;
import io.completionworker.cli.batch.Inspector;
import io.completionworker.cli.batch.Inspector.RequestCheck;
import io.completionworker.cli.batch.LineFaults;
import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.batch.LineReader;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.Progress;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Converts files to batches. Checks all files before anything is published.
 *
 * @param maxRecordBytes size in bytes of the largest record that the worker and the topic accept
 */
public record Preparation(Plan plan, RequestCheck check, int maxRecordBytes) {

  /**
   * A file to publish.
   *
   * @param name name of the file, as the user gave it
   */
  public record Input(String name, Path file) {}

  /**
   * Checks the files and returns a batch for each of them.
   *
   * @param say receives messages: formats, warnings, and faulty lines that are skipped
   * @throws InputFaultsException with the faults of all files; faulty lines are no faults if they
   *     are skipped
   */
  public List<Batch> batches(List<Input> inputs, Submission.Display display, Consumer<String> say)
      throws IOException {
    List<Batch> batches = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Input input : inputs) {
      try {
        Batch batch = batch(input, display, say);
        batch
            .inspection()
            .notices()
            .forEach(notice -> say.accept(batch.name() + ": warning: " + notice));
        List<String> faults = faults(batch);
        if (!plan.skipInvalid()) {
          wrong.addAll(faults);
        } else {
          faults.forEach(say);
        }
        if (batch.inspection().requests() == 0 && (faults.isEmpty() || plan.skipInvalid())) {
          wrong.add(
              input.name()
                  + (batch.inspection().isEmpty() ? ": is empty" : ": there is no request in it"));
        }
        batches.add(batch);
      } catch (FileFaultException e) {
        wrong.add(input.name() + ": " + e.getMessage());
      } catch (FileSystemException e) {
        wrong.add(input.name() + ": " + unreadable(e));
      }
    }
    refuse(wrong);
    return batches;
  }

  /**
   * Checks that the files can be opened, before anything else is done.
   *
   * @throws InputFaultsException with the files that cannot be opened
   */
  public static void requireFiles(List<String> names) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String name : names) {
      try {
        Path file = Path.of(name);
        if (Files.isDirectory(file)) {
          wrong.add(name + ": is a directory, not a file");
        } else if (Files.isRegularFile(file)) {
          Files.newInputStream(file).close();
        } else if (Files.notExists(file)) {
          wrong.add(name + ": there is no such file");
        }
      } catch (InvalidPathException e) {
        wrong.add(name + ": is no name of a file");
      } catch (FileSystemException e) {
        wrong.add(name + ": " + unreadable(e));
      }
    }
    refuse(wrong);
  }

  private static void refuse(List<String> wrong) {
    if (!wrong.isEmpty()) {
      wrong.add("Nothing was published");
      throw new InputFaultsException(wrong);
    }
  }

  private static String unreadable(FileSystemException e) {
    return e instanceof NoSuchFileException
        ? "there is no such file"
        : "cannot be read: " + FileFaultException.reason(e);
  }

  private Batch batch(Input input, Submission.Display display, Consumer<String> say)
      throws IOException {
    if (Files.isDirectory(input.file())) {
      throw new FileFaultException("is a directory, not a file");
    }
    Inspector inspector = new Inspector(plan.options(), check, maxRecordBytes, plan.maxFaults());
    Batch.Format format =
        plan.format().isPresent() ? plan.format().get() : inspector.detect(input.file());
    say.accept(input.name() + ": " + format.description());
    try (Progress progress = display.progress("check", 0)) {
      Batch.Inspection inspection =
          inspector.inspect(input.file(), format, plan.batch().orElse(""), progress);
      String id = plan.batch().orElse(inspection.derivedId());
      return new Batch(
          id, input.name(), input.file(), inspector.longestLine(), inspection, plan.options());
    }
  }

  private static List<String> faults(Batch batch) {
    List<String> lines = new ArrayList<>();
    List<LineFaults.Fault> faults = batch.inspection().faults();
    faults.forEach(fault -> lines.add(batch.name() + ": " + fault));
    long more = batch.inspection().unlisted();
    if (more > 0) {
      lines.add(batch.name() + ": " + more + " more lines are wrong; --max-errors lists more");
    }
    return lines;
  }

  /**
   * Options for publishing files.
   *
   * @param format format of all lines; empty to detect it for each file
   * @param batch id of the batch; empty to derive it from the content
   * @param skipInvalid whether to skip faulty lines and publish the others
   * @param maxFaults how many faults are listed for each file
   * @param options options that apply to every request
   * @param since time before which the topic has no record of the batch
   */
  public record Plan(
      Optional<Batch.Format> format,
      Optional<String> batch,
      boolean skipInvalid,
      int maxFaults,
      LineReader.Options options,
      StartAt since) {}
}
