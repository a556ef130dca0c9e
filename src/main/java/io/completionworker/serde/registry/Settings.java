package io.completionworker.serde.registry;

import io.completionworker.config.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * Settings by Confluent's names, each with or without the prefix {@code schema.registry.}; the
 * prefixed one wins. Prints no values.
 */
public final class Settings {

  /** Why a setting of Confluent's is refused. */
  static final String NOT_YET = "this serde cannot do it yet; Confluent's can";

  private static final String PREFIX = "schema.registry.";

  private final Map<String, Object> values = new HashMap<>();

  /** Takes texts, numbers, booleans, lists, classes and Kafka's passwords as values. */
  public Settings(Map<String, ?> values) {
    values.forEach(
        (name, value) -> {
          if (value != null) {
            this.values.put(name, value);
          }
        });
  }

  /** The text of a setting, stripped; null when it is absent or blank. */
  public @Nullable String text(String name) {
    Object value = values.getOrDefault(PREFIX + name, values.get(name));
    String text = value == null ? "" : print(value).strip();
    return text.isEmpty() ? null : text;
  }

  /** The text of a setting, or the default. */
  public String text(String name, String defaultValue) {
    String text = text(name);
    return text == null ? defaultValue : text;
  }

  /** A setting of {@code true} or {@code false}. */
  public boolean flag(String name, boolean defaultValue) {
    String text = text(name);
    if (text == null) {
      return defaultValue;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigException(name, text, "must be true or false");
    };
  }

  /** A setting that is a whole number, 0 or more. */
  int count(String name, int defaultValue) {
    String text = text(name);
    if (text == null) {
      return defaultValue;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw new ConfigException(name, text, "must be a whole number, 0 or more");
    }
    return Integer.parseInt(text);
  }

  /** A setting in milliseconds, 0 or more. */
  Duration millis(String name, int defaultMillis) {
    return Duration.ofMillis(count(name, defaultMillis));
  }

  /** Stops on settings of this beginning, which would otherwise be ignored in silence. */
  public void refuse(String beginning) {
    for (String name : values.keySet()) {
      if ((name.startsWith(beginning) || name.startsWith(PREFIX + beginning))
          && text(name) != null) {
        throw new ConfigException("Setting " + name + " is not supported: " + NOT_YET);
      }
    }
  }

  private static String print(Object value) {
    if (value instanceof Password password) {
      return password.value();
    }
    if (value instanceof Secret secret) {
      return secret.value();
    }
    if (value instanceof Class<?> type) {
      return type.getName();
    }
    if (value instanceof List<?> list) {
      return String.join(",", list.stream().map(String::valueOf).toList());
    }
    return value.toString();
  }
}
