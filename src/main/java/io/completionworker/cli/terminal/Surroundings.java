package io.completionworker.cli.terminal;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Where a command runs: what it reads, where it prints, what the environment says.
 *
 * @param in standard input
 * @param out results
 * @param err progress, and why something failed
 * @param terminal whether {@code err} is a terminal that a line can be redrawn on
 */
public record Surroundings(
    Map<String, String> environment,
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    boolean terminal) {

  /** Those of this process. */
  public static Surroundings ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Surroundings(
        environment,
        System.in,
        new PrintWriter(System.out, true, Charset.defaultCharset()),
        new PrintWriter(System.err, true, Charset.defaultCharset()),
        TerminalCheck.redraws(environment));
  }

  /** Shows the progress of a task; without a total when it is not known yet. */
  public Progress progress(String task, OptionalLong total) {
    return Progress.on(err, environment, terminal, task, total);
  }
}
