// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The wall clock, and no other, of a process that is started with it, by {@code libfaketime}. */
public final class FakedClock {

  private static final Path LIBRARIES = Path.of("/usr/lib");

  private final Path file;

  /** Shows the time until it is set. */
  public FakedClock(Path file) {
    this.file = file;
    set(Duration.ZERO);
  }

  /** Whether the library is on this machine. */
  public static boolean isThere() {
    return library().isPresent();
  }

  private static Optional<Path> library() {
    if (!Files.isDirectory(LIBRARIES)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.find(LIBRARIES, 4, FakedClock::isLibrary)) {
      return files.findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLibrary(Path path, BasicFileAttributes attributes) {
    return path.endsWith("libfaketimeMT.so.1");
  }

  /** Variables of the process. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD",
        library().orElseThrow().toString(),
        "FAKETIME_TIMESTAMP_FILE",
        file.toString(),
        "FAKETIME_CACHE_DURATION",
        "1",
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        "DONT_FAKE_MONOTONIC",
        "1",
        "FAKETIME_FORCE_MONOTONIC_FIX", // with it, all timed waits of a JVM end at once
        "0");
  }

  /** Sets it, within a second, so much ahead of the time, or back if it is negative. */
  public void set(Duration ahead) {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.writeString(next, "%+d%n".formatted(ahead.toSeconds()));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
