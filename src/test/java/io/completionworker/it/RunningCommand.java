// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A command that was started, and what it prints. */
interface RunningCommand extends AutoCloseable {

  /** Waits for its end, and returns its exit code. */
  int await() throws InterruptedException;

  /** What it has printed to scripts. */
  String out();

  /** What it has printed to people. */
  String err();

  /** What it has printed, to people and to scripts. */
  default String all() {
    return out() + err();
  }

  /** Reads what was printed to a file so far. */
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void close();
}
