// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.source;

import io.completionworker.config.key.KeyGroup.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Replaces {@code ${env:NAME}}, {@code ${file:/path}}, {@code ${file:/path:key}} and {@code
 * ${dir:/path:name}} by their values. Kafka's own transformer leaves a variable without a value
 * unchanged. Here such a variable is a fault.
 */
final class Variables {

  private final Map<String, ConfigProvider> providers;
  private final ConfigTransformer transformer;

  Variables(Map<String, String> environment) {
    providers =
        Map.of(
            "env", new EnvVarConfigProvider(environment),
            "file", new FileProvider(),
            "dir", new DirectoryConfigProvider());
    providers.values().forEach(provider -> provider.configure(Map.of()));
    transformer = new ConfigTransformer(providers);
  }

  String resolve(String key, String raw, Faults faults) {
    return ConfigTransformer.DEFAULT_PATTERN
        .matcher(raw)
        .replaceAll(variable -> Matcher.quoteReplacement(value(key, variable, faults)))
        .strip();
  }

  private String value(String key, MatchResult variable, Faults faults) {
    String text = variable.group();
    if (!providers.containsKey(variable.group(1))) {
      // Kafka's clients may have providers of their own under kafka.config.providers
      if (!key.startsWith("kafka.")) {
        faults.add(key, text + " names an unknown provider; known are env, file and dir");
      }
      return text;
    }
    try {
      String found = transformer.transform(Map.of(key, text)).data().get(key);
      if (found != null && !found.equals(text)) {
        return found;
      }
      faults.add(key, "nothing found for " + text);
    } catch (KafkaException | UncheckedIOException | IllegalArgumentException e) {
      faults.add(key, "cannot read " + text);
    }
    return text;
  }

  /**
   * Reads {@code ${file:/path:key}} as Kafka does, and {@code ${file:/path}} as the whole content
   * of a file, which is how secrets are mounted.
   */
  private static final class FileProvider extends FileConfigProvider {

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
}
