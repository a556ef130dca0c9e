// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.collect.CollectReport;
import io.completionworker.cli.collect.PreparedCollect;
import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.estimate.EstimateReport;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.cli.terminal.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for the output of a collect, and the collect itself. The output is two files, or
 * standard output and a file. For standard output, the files of the collect are in a temporary
 * directory that only its owner can access. The directory is deleted when the command ends.
 */
final class OutcomeFiles implements Closeable {

  private static final Path STANDARD_OUTPUT = Path.of("-");

  /** Names of the files that a collect creates in its state directory. */
  private static final List<String> KEPT =
      List.of("lock", "state", "state.part", "answers", "errors", "in-order");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = {
        "File of answers, one JSON object a line, as OpenAI's Batch API has them.",
        "- is standard output, which then has only answers; a run that was stopped starts again."
      })
  private Path out = STANDARD_OUTPUT;

  @Option(
      names = "--errors",
      paramLabel = "FILE",
      description =
          "File of errors. Default: answers.errors.jsonl beside answers.jsonl; with --out - they"
              + " are only counted.")
  private @Nullable Path errors;

  @Option(
      names = "--skip-undecodable",
      description = {
        "Leave out answers and failures that cannot be decoded, for good.",
        "Without it they are an error, since a registry that has its schemas back can make them"
            + " readable."
      })
  private boolean skipUndecodable;

  private @Nullable Path temporary;

  /**
   * Checks the options.
   *
   * @throws picocli.CommandLine.ParameterException if {@code --errors} is standard output, or if
   *     both options name the same file
   */
  void check(CommonOptions options) {
    if (STANDARD_OUTPUT.equals(errors)) {
      throw options.wrong("--errors must be a file");
    }
    if (!isPrinted() && normal(out).equals(normal(errors()))) {
      throw options.wrong("--out and --errors must be two files");
    }
  }

  /** Whether answers are printed on standard output. */
  boolean isPrinted() {
    return out.equals(STANDARD_OUTPUT);
  }

  /** Returns the file of answers. The file is temporary if answers are printed. */
  Path answers() throws IOException {
    return isPrinted() ? temporary().resolve("answers.jsonl") : out;
  }

  /**
   * Returns the file of errors. The file is temporary if answers are printed and {@code --errors}
   * names no file.
   */
  Path errorsFile() throws IOException {
    return errors == null && isPrinted() ? temporary().resolve("errors.jsonl") : errors();
  }

  /** Returns the options of a collect into these files. */
  CollectOptions options(
      String batch,
      boolean ordered,
      StartAt since,
      Optional<Duration> timeout,
      PrintWriter standardOutput)
      throws IOException {
    Optional<CollectOptions.Printed> printed =
        isPrinted()
            ? Optional.of(new CollectOptions.Printed(standardOutput, errors != null))
            : Optional.empty();
    return new CollectOptions(
        batch, answers(), errorsFile(), ordered, skipUndecodable, since, timeout, printed);
  }

  /**
   * Collects into these files, prints the closing table and returns the exit code.
   *
   * @param estimate what the requests were expected to cost, to be compared with the bill
   * @param output format of the table
   */
  int collect(
      PreparedCollect prepared,
      Optional<EstimateReport> estimate,
      CommandEnvironment surroundings,
      Output output)
      throws IOException {
    String again = "Stopped; the same command " + (isPrinted() ? "begins anew" : "goes on");
    PrintWriter table = isPrinted() ? surroundings.err() : surroundings.out();
    try (Interruption stop = Interruption.watch(surroundings.err(), () -> again)) {
      CollectReport report = report(prepared, surroundings, stop).with(estimate);
      if (output == Output.JSON) {
        table.println(report.json());
      } else {
        int columns = surroundings.terminal() ? surroundings.width().getAsInt() : Integer.MAX_VALUE;
        report.lines(columns).forEach(table::println);
      }
      if (!report.complete() && !stop.asked()) {
        throw new RecordsException(report.missing());
      }
      return report.complete() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private static CollectReport report(
      PreparedCollect prepared, CommandEnvironment surroundings, Interruption stop)
      throws IOException {
    try (Progress progress = surroundings.progress("collect", OptionalLong.empty())) {
      return prepared.collect(progress, stop::asked);
    }
  }

  private Path errors() {
    return errors == null ? CollectOptions.errorsBeside(out) : errors;
  }

  private static Path normal(Path file) {
    return file.toAbsolutePath().normalize();
  }

  private Path temporary() throws IOException {
    Path made = temporary;
    if (made == null) {
      made = Files.createTempDirectory("completion-worker-collect");
      temporary = made;
      deleteOnExit(made);
    }
    return made;
  }

  /**
   * Deletes the directory when the process ends, also when a signal ends it. The JVM deletes in
   * reverse order of registration, so each directory is registered before its files.
   */
  private static void deleteOnExit(Path directory) {
    directory.toFile().deleteOnExit();
    for (String file : List.of("answers.jsonl", "errors.jsonl", "errors.jsonl.part")) {
      directory.resolve(file).toFile().deleteOnExit();
    }
    Path kept = directory.resolve("answers.jsonl.collect");
    kept.toFile().deleteOnExit();
    KEPT.forEach(file -> kept.resolve(file).toFile().deleteOnExit());
  }

  @Override
  public void close() throws IOException {
    if (temporary != null && Files.exists(temporary)) {
      try (Stream<Path> files = Files.walk(temporary)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
