// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether standard error is a terminal. */
final class TerminalCheck {

  /** Where Linux says what the standard error of a process is. */
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private TerminalCheck() {}

  @SuppressWarnings(
      "SystemConsoleNull") // from Java 22 on it says yes too often, where this asks it
  static boolean redraws(Map<String, String> environment) {
    if ("dumb".equals(environment.get("TERM"))) {
      return false;
    }
    try {
      return isTerminal(Files.readSymbolicLink(STDERR).toString());
    } catch (IOException | UnsupportedOperationException e) {
      // Elsewhere: the JVM knows only whether input and output are a terminal, both of them.
      return System.console() != null;
    }
  }

  static boolean isTerminal(String device) {
    return device.startsWith("/dev/pts/")
        || device.startsWith("/dev/tty")
        || device.equals("/dev/console");
  }
}
