// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntSupplier;

/**
 * The streams, the environment and the terminal of a command.
 *
 * @param in standard input
 * @param out receives results
 * @param err receives progress and failures
 * @param terminal whether {@code err} is a terminal on which a line can be redrawn
 * @param width returns how many columns a line may have
 */
public record CommandEnvironment(
    Map<String, String> environment,
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    boolean terminal,
    IntSupplier width) {

  /** On Linux, a link to the standard error of the process. */
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  /** Creates surroundings with the width that the environment specifies. */
  public CommandEnvironment(
      Map<String, String> environment,
      InputStream in,
      PrintWriter out,
      PrintWriter err,
      boolean terminal) {
    this(environment, in, out, err, terminal, TerminalWidth.of(environment));
  }

  /**
   * Returns the surroundings of this process. Text is UTF-8 in every locale, since other encodings
   * would lose characters.
   */
  public static CommandEnvironment ofProcess() {
    Map<String, String> environment = System.getenv();
    return new CommandEnvironment(
        environment,
        System.in,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        redraws(environment),
        TerminalWidth.ofProcess(environment));
  }

  /** Whether standard error is a terminal on which a line can be redrawn. */
  @SuppressWarnings("SystemConsoleNull") // from Java 22 on, not null even without a terminal
  static boolean redraws(Map<String, String> environment) {
    if ("dumb".equals(environment.get("TERM"))) {
      return false;
    }
    try {
      return TerminalWidth.isTerminal(Files.readSymbolicLink(STDERR).toString());
    } catch (IOException | UnsupportedOperationException e) {
      // On other systems the JVM only knows whether both input and output are a terminal.
      return System.console() != null;
    }
  }

  /** Shows the progress of a task. The total is empty if it is not known yet. */
  public Progress progress(String task, OptionalLong total) {
    return Progress.on(err, width, environment, terminal, task, total);
  }

  /** How a command prints its result. */
  public enum Output {
    /** Text for people. */
    TEXT,
    /** A JSON object, or one on each line, for scripts. */
    JSON;

    /** Returns the name as it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
