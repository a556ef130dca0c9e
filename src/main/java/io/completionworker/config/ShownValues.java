// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Keeps secrets out of print. What a value is, its definition says and never its name: passwords by
 * the worker's definition and by those of Kafka's clients are hidden, and so is what no definition
 * knows, such as the settings of another serde or of a class of the user's own. Of what is shown,
 * credentials inside a URL are hidden.
 */
final class ShownValues {

  private static final String HIDDEN = "[hidden]";

  /** Up to the last at sign of a URL; a comma and a scheme begin the next one. */
  private static final Pattern USER_INFO = Pattern.compile("//(?:(?!,\\s*\\w+://)\\S)*@");

  private final ConfigDef definition;

  /**
   * Of the worker's own keys and those that it passes on.
   *
   * @param definition of its own
   */
  ShownValues(ConfigDef definition) {
    this.definition = definition;
  }

  /** The value as it may be shown. */
  String of(String key, String value) {
    return isSecret(key) ? HIDDEN : USER_INFO.matcher(value).replaceAll("//" + HIDDEN + "@");
  }

  /** Whether values of this key are hidden as a whole. */
  boolean isSecret(String key) {
    ConfigDef.ConfigKey defined = definition.configKeys().get(key);
    if (defined != null) {
      return defined.type == ConfigDef.Type.PASSWORD;
    }
    if (key.startsWith(KafkaKeys.PREFIX)) {
      return KafkaNames.isSecret(key.substring(KafkaKeys.PREFIX.length()));
    }
    // a header may well be a credential, and nothing says which
    return key.startsWith(OverrideKeys.PREFIX)
        ? OverrideKeys.isSecret(key)
        : RegistryConfig.isSecret(key);
  }
}
