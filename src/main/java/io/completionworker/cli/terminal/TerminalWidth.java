// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The width of the terminal in columns, as {@code stty} reports it. Shells know the width as
 * COLUMNS, but do not export it. The width is measured again from time to time, since windows
 * change. Thread-safe.
 */
final class TerminalWidth implements IntSupplier {

  private static final int USUAL_COLUMNS = 80;
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Pattern SIZE = Pattern.compile("\\d{1,5} ([1-9]\\d{0,3})\\s*");

  private final Supplier<OptionalInt> terminal;
  private final int otherwise;
  private OptionalInt measured = OptionalInt.empty();
  private long measuredAt;
  private boolean asked;

  /**
   * Creates a width.
   *
   * @param terminal measures the width; empty if there is no terminal
   * @param environment its COLUMNS is used if there is no terminal
   */
  TerminalWidth(Supplier<OptionalInt> terminal, Map<String, String> environment) {
    this.terminal = terminal;
    String columns = environment.getOrDefault("COLUMNS", "");
    this.otherwise = columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
  }

  /** Returns the width of the terminal of this process. */
  static TerminalWidth ofProcess(Map<String, String> environment) {
    Optional<File> device = device();
    return new TerminalWidth(
        () -> device.isPresent() ? measure(device.get()) : OptionalInt.empty(), environment);
  }

  /** Returns the width to use without a terminal. */
  static TerminalWidth of(Map<String, String> environment) {
    return new TerminalWidth(OptionalInt::empty, environment);
  }

  @Override
  public synchronized int getAsInt() {
    long now = System.nanoTime();
    if (!asked || (measured.isPresent() && now - measuredAt > FRESH.toNanos())) {
      asked = true;
      measuredAt = now;
      measured = terminal.get();
    }
    return measured.orElse(otherwise);
  }

  /** Returns the first of standard error, output and input that is a terminal. */
  @SuppressWarnings("SystemConsoleNull") // only if there is no /proc
  private static Optional<File> device() {
    for (int stream : List.of(2, 1, 0)) {
      try {
        Path path = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream));
        if (isTerminal(path.toString())) {
          return Optional.of(path.toFile());
        }
      } catch (IOException | UnsupportedOperationException e) {
        return System.console() == null ? Optional.empty() : Optional.of(new File("/dev/tty"));
      }
    }
    return Optional.empty();
  }

  /** Whether a file is a terminal device, by its name. */
  static boolean isTerminal(String device) {
    return device.startsWith("/dev/pts/")
        || device.startsWith("/dev/tty")
        || device.equals("/dev/console");
  }

  static OptionalInt measure(File device) {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(device)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return OptionalInt.empty();
      }
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher columns = SIZE.matcher(size);
      return columns.matches()
          ? OptionalInt.of(Integer.parseInt(columns.group(1)))
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty(); // stty is not installed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }
}
