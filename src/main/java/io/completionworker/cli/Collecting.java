package io.completionworker.cli;

import io.completionworker.cli.collect.CollectOptions;
import io.completionworker.cli.collect.CollectReport;
import io.completionworker.cli.collect.Collector;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.cli.terminal.Output;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.terminal.Surroundings;
import io.completionworker.config.WorkerSettings;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * The way from a batch on the topics to its files, and to a table of what it took.
 *
 * @param output how the table is printed
 */
record Collecting(WorkerSettings settings, Surroundings surroundings, Output output) {

  /** Collects, and returns the exit code. */
  int run(CollectOptions wanted) throws IOException {
    String again = "Stopped; the same command goes on";
    try (Interruption stop = Interruption.watch(surroundings.err(), () -> again)) {
      CollectReport report = collect(wanted, stop);
      if (output == Output.JSON) {
        surroundings.out().println(report.json());
      } else {
        report.lines().forEach(surroundings.out()::println);
      }
      if (!report.complete() && !stop.asked()) {
        throw new RecordsException(report.missing());
      }
      return report.complete() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private CollectReport collect(CollectOptions wanted, Interruption stop) throws IOException {
    try (Progress progress = surroundings.progress("collect", OptionalLong.empty())) {
      return Collector.collect(settings, wanted, progress, stop::asked);
    }
  }
}
