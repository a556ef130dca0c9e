// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.terminal.CommandEnvironment.Output;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option that says how a command prints what it has found. */
final class OutputOption {

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one object a line.")
  private Output output = Output.TEXT;

  boolean isJson() {
    return output == Output.JSON;
  }

  /**
   * Prints a result.
   *
   * @param text returns its lines for people
   * @param json returns its lines for scripts
   */
  void print(PrintWriter out, Supplier<List<String>> text, Supplier<List<String>> json) {
    (isJson() ? json : text).get().forEach(out::println);
  }
}
