// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.source;

import io.completionworker.config.key.Faults;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;

/**
 * Puts values in for {@code ${env:NAME}}, {@code ${file:/path}}, {@code ${file:/path:key}} and
 * {@code ${dir:/path:name}}. Kafka's own transformer leaves what it cannot find as it stands; here
 * that is a fault.
 */
final class Variables {

  /** What stands between the brace and the colon. */
  static final List<String> PROVIDERS = List.of("env", "file", "dir");

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
}
