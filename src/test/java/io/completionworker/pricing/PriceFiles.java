// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Price files of a test, in a directory that goes with it. */
final class PriceFiles {

  private static final String HEADER =
      "{\"source\": \"a test\", \"as_of\": \"2026-01-01\", \"currency\": \"USD\"}";

  private PriceFiles() {}

  /** Prices of these entries, with single quotes for double ones. */
  static PriceList list(Path directory, String... entries) {
    return PriceFile.read(of(directory, entries));
  }

  /** A file of these entries, with single quotes for double ones. */
  static Path of(Path directory, String... entries) {
    String text = "{'header': " + HEADER + ", 'prices': [" + String.join(",\n", entries) + "]}";
    return write(directory, text.replace('\'', '"'));
  }

  static Path write(Path directory, String text) {
    try {
      return Files.writeString(directory.resolve("prices.json"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
