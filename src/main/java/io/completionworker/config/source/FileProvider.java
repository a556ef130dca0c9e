// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * {@code ${file:/path:key}} as Kafka has it, and {@code ${file:/path}} for all that the file holds,
 * which is how secrets are mounted.
 */
final class FileProvider extends FileConfigProvider {

  @Override
  public ConfigData get(String path, Set<String> keys) {
    if (!path.isEmpty()) {
      return Files.isReadable(Path.of(path))
          ? super.get(path, keys)
          : new ConfigData(Map.<String, String>of());
    }
    Map<String, String> contents = new TreeMap<>();
    for (String file : keys) {
      if (Files.isRegularFile(Path.of(file)) && Files.isReadable(Path.of(file))) {
        contents.put(file, content(Path.of(file)));
      }
    }
    return new ConfigData(contents);
  }

  private static String content(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
