// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.collect.CollectOptions;
import io.completionworker.cli.collect.CollectReport;
import io.completionworker.cli.collect.OutputFaultException;
import io.completionworker.cli.collect.PreparedCollect;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.submit.InputFaultsException;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.cli.terminal.Output;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.terminal.Surroundings;
import io.completionworker.config.WorkerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;

/**
 * The way from a batch on the topics to its files, and to a table of what it took.
 *
 * @param output how the table is printed
 */
record Collecting(WorkerSettings settings, Surroundings surroundings, Output output) {

  /** Opens all that the collect needs, before anything is done. */
  PreparedCollect prepare(CollectOptions wanted) throws IOException {
    try {
      return PreparedCollect.open(settings, wanted);
    } catch (OutputFaultException e) {
      throw wrong(e);
    }
  }

  /** Whether answers can be written there, as far as it shows while the batch is not known. */
  void requireFiles(OutcomeFiles files) throws IOException {
    try {
      PreparedCollect.requireFiles(files.answers(), files.errorsFile());
    } catch (OutputFaultException e) {
      throw wrong(e);
    }
  }

  /** Input that is wrong, since the names of files are; nothing was begun. */
  private static InputFaultsException wrong(OutputFaultException fault) {
    return new InputFaultsException(List.of(String.valueOf(fault.getMessage())));
  }

  /** Collects, and returns the exit code. */
  int run(PreparedCollect prepared, OutcomeFiles files) throws IOException {
    String again = "Stopped; the same command " + (files.isPrinted() ? "begins anew" : "goes on");
    PrintWriter table = files.isPrinted() ? surroundings.err() : surroundings.out();
    try (Interruption stop = Interruption.watch(surroundings.err(), () -> again)) {
      CollectReport report = collect(prepared, stop);
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

  private CollectReport collect(PreparedCollect prepared, Interruption stop) throws IOException {
    try (Progress progress = surroundings.progress("collect", OptionalLong.empty())) {
      return prepared.collect(progress, stop::asked);
    }
  }
}
