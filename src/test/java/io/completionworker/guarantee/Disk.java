// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk that is full for one process: no file of it may grow beyond a block, which writes end with
 * an error of the file system. Needs no root, but {@code prlimit} of Linux.
 */
final class Disk {

  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
  private static final String BLOCK = "4096:unlimited";

  private Disk() {}

  static boolean canBeFilled() {
    return Files.isExecutable(PRLIMIT);
  }

  static void fill(long pid) {
    limit(pid, BLOCK);
  }

  static void empty(long pid) {
    limit(pid, "unlimited");
  }

  private static void limit(long pid, String size) {
    try {
      int exit =
          new ProcessBuilder(PRLIMIT.toString(), "--pid", String.valueOf(pid), "--fsize=" + size)
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException("prlimit ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
