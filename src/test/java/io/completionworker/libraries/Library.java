// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import java.io.File;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A jar in a Maven repository, which names group, artifact and version by directories.
 *
 * @param jar its path
 */
record Library(Path jar) {

  /** Those on the class path of the tests, which has all that the worker runs with. */
  static List<Library> onTheClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> entry.endsWith(".jar"))
        .map(entry -> new Library(Path.of(entry)))
        .toList();
  }

  /** Whether it is this artifact, of whatever version. */
  boolean is(String artifact) {
    String[] names = artifact.split(":", -1);
    Path directory = Path.of(names[0].replace('.', '/'), names[1]);
    int depth = jar.getNameCount();
    return depth > 2 && jar.subpath(0, depth - 2).endsWith(directory);
  }

  Version version() {
    return Version.parse(jar.getName(jar.getNameCount() - 2).toString());
  }

  @Override
  public String toString() {
    return String.valueOf(jar.getFileName());
  }
}
