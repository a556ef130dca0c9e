// SPDX-License-Identifier: Apache-2.0
package io.completionworker.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The programs that a browser test needs. They are never downloaded.
 *
 * @param browser Chromium or Chrome
 * @param driver of the same version
 */
public record Programs(Path browser, Path driver) {

  /** Those on the path; empty when one is missing. */
  public static Optional<Programs> find() {
    return find("chromium", "chromium-browser", "google-chrome", "chrome")
        .flatMap(browser -> find("chromedriver").map(driver -> new Programs(browser, driver)));
  }

  private static Optional<Path> find(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    List<Path> directories = Arrays.stream(path.split(File.pathSeparator)).map(Path::of).toList();
    return Arrays.stream(names)
        .flatMap(name -> directories.stream().map(directory -> directory.resolve(name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
