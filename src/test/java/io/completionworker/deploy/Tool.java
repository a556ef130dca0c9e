// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program that is not ours, where there is one. */
public final class Tool {

  private static final Logger log = LoggerFactory.getLogger(Tool.class);

  private final Path path;

  private Tool(Path path) {
    this.path = path;
  }

  /**
   * What it did.
   *
   * @param text all that it printed, errors too
   */
  public record Result(int exitCode, String text) {}

  /**
   * The program of this name: where the variable of its name in capitals says, or on the path.
   * Skips the test where there is none.
   *
   * @param loss what is skipped, for the log
   */
  public static Tool orSkip(String name, String loss) {
    Optional<Path> found = find(name);
    if (found.isEmpty()) {
      log.warn("no {}: {}", name, loss);
    }
    Assumptions.assumeTrue(found.isPresent(), () -> "no " + name + ": " + loss);
    return new Tool(found.orElseThrow());
  }

  /** The command line that runs it. */
  public List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(path.toString());
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Runs it until it ends. */
  public Result run(String... arguments) {
    try {
      Process process = new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + path + " ran", e);
    }
  }

  private static Optional<Path> find(String name) {
    String named = System.getenv(name.toUpperCase(Locale.ROOT));
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
