// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Made-up prices of the models that the prompts ask for, as a file that the worker can read. */
final class DemoPrices {

  private static final String RESOURCE = "/prices.json";

  private DemoPrices() {}

  /** A copy of the bundled file, deleted when the process ends. */
  static Path file() {
    try (InputStream bundled = DemoPrices.class.getResourceAsStream(RESOURCE)) {
      if (bundled == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      Path copy = Files.createTempFile("demo-prices", ".json");
      copy.toFile().deleteOnExit();
      Files.copy(bundled, copy, StandardCopyOption.REPLACE_EXISTING);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
