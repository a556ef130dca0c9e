// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import io.completionworker.docs.Page;
import java.nio.file.Path;
import java.util.List;

/**
 * A line of the list that the build makes of what is shipped.
 *
 * @param artifact group and artifact, with a colon between them
 * @param licences of which one may choose, as SPDX names them
 * @param file name of its jar
 */
record ShippedLibrary(String artifact, String version, String licences, String file) {

  static final Path LIST = Path.of("target", "third-party", "THIRD-PARTY.txt");

  /** All of the list. */
  static List<ShippedLibrary> all() {
    return Page.of(LIST.toString())
        .text()
        .lines()
        .filter(line -> !line.isBlank())
        .map(ShippedLibrary::of)
        .toList();
  }

  private static ShippedLibrary of(String line) {
    String[] cells = line.split(" \\| ", -1);
    String name = cells[0].substring(cells[0].indexOf(':') + 1);
    return new ShippedLibrary(cells[0], cells[1], cells[2], name + "-" + cells[1] + ".jar");
  }
}
