// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.records.StartAt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is to be collected, and where to.
 *
 * @param out file of answers
 * @param errors file of errors
 * @param ordered whether answers are to stand in the order of their lines
 * @param skipUndecodable whether outcomes are left out that cannot be decoded; else they are the
 *     end
 * @param since where reading begins when nothing was collected yet
 * @param printed where answers are printed in place of their file, and what else is kept goes with
 *     the process; empty to write the file
 * @param timeout after which what is there must do; empty to wait until all is there
 */
public record CollectOptions(
    String batch,
    Path out,
    Path errors,
    boolean ordered,
    boolean skipUndecodable,
    StartAt since,
    Optional<Duration> timeout,
    Optional<Printed> printed) {

  /**
   * Answers on standard output.
   *
   * @param to takes them
   * @param errors whether a file of errors was asked for
   */
  public record Printed(PrintWriter to, boolean errors) {}

  /** Where answers go, in words. */
  String answersName() {
    return printed.isPresent() ? "standard output" : out.toString();
  }

  /** Where errors go, in words. */
  String errorsName() {
    return printed.isPresent() && !printed.get().errors()
        ? "no file, since --errors names none"
        : errors.toString();
  }

  /** The file of errors beside a file of answers: {@code a.jsonl} has {@code a.errors.jsonl}. */
  public static Path errorsBeside(Path out) {
    String name = String.valueOf(out.getFileName());
    int dot = name.lastIndexOf('.');
    return out.resolveSibling(
        dot > 0 ? name.substring(0, dot) + ".errors" + name.substring(dot) : name + ".errors");
  }
}
