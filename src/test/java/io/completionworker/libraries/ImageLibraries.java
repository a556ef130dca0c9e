// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The libraries that the image holds when it is built on one platform.
 *
 * @param platform as `uname -m` says
 */
record ImageLibraries(String platform) {

  private static final Path IMAGE = Path.of("target", "image");

  /** Those for the machine that this runs on, where that is Linux with glibc. */
  static Optional<ImageLibraries> ofThisMachine() {
    boolean glibc =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
            && !Files.exists(Path.of("/etc/alpine-release"));
    String platform = System.getProperty("os.arch").replace("amd64", "x86_64");
    return Optional.of(new ImageLibraries(platform))
        .filter(libraries -> glibc && Files.isDirectory(IMAGE.resolve(platform)));
  }

  /** Every jar: those for all platforms, and those for this one. */
  List<Path> jars() {
    return Stream.of("common", platform)
        .flatMap(directory -> jars(IMAGE.resolve(directory)).stream())
        .sorted()
        .toList();
  }

  /** All of them, as a class path. */
  String classPath() {
    return jars().stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  /** Bytes of a jar. */
  static long size(Path jar) {
    try {
      return Files.size(jar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jars of a directory. */
  static List<Path> jars(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
