// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import io.completionworker.config.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * Settings under Confluent's names, each with or without the prefix {@code schema.registry.}. The
 * prefixed one wins. Values are not printed.
 */
public final class Settings {

  /** The reason why one of Confluent's settings is refused. */
  static final String NOT_YET = "this serde cannot do it yet; Confluent's can";

  private static final String PREFIX = "schema.registry.";

  private final Map<String, Object> values = new HashMap<>();

  /** Names that have been read, without the prefix. */
  private final Set<String> read = ConcurrentHashMap.newKeySet();

  /**
   * Creates settings. Values are texts, numbers, booleans, lists, classes, secrets or Kafka's
   * passwords. Nulls are ignored.
   */
  public Settings(Map<String, ?> values) {
    values.forEach(
        (name, value) -> {
          if (value != null) {
            this.values.put(name, value);
          }
        });
  }

  /** Returns the text of a setting, stripped; null if it is absent or blank. */
  public @Nullable String text(String name) {
    read.add(bare(name));
    Object value = values.getOrDefault(PREFIX + name, values.get(name));
    String text = value == null ? "" : print(value).strip();
    return text.isEmpty() ? null : text;
  }

  /** Returns the text of a setting, or the default. */
  public String text(String name, String defaultValue) {
    String text = text(name);
    return text == null ? defaultValue : text;
  }

  /** Returns a setting that is {@code true} or {@code false}. */
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

  /** Returns a setting that is a whole number, 0 or more. */
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

  /** Returns a whole number, 0 or more, or -1. An absent setting is -1, too. */
  public int countOrMinusOne(String name) {
    return "-1".equals(text(name)) ? -1 : count(name, -1);
  }

  /** Returns a setting in milliseconds, 0 or more. */
  Duration millis(String name, int defaultMillis) {
    return Duration.ofMillis(count(name, defaultMillis));
  }

  /** Returns a setting in seconds, 0 or more. */
  Duration seconds(String name, int defaultSeconds) {
    return Duration.ofSeconds(count(name, defaultSeconds));
  }

  /**
   * Returns the prefixed settings whose names start with this text, by their names without the
   * prefix. Empty values are kept.
   */
  Map<String, String> prefixed(String beginning) {
    Map<String, String> found = new HashMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX + beginning)) {
            read.add(bare(name));
            found.put(bare(name), print(value).strip());
          }
        });
    return found;
  }

  /**
   * Refuses settings whose names start with this text, which would otherwise be ignored silently.
   *
   * @throws ConfigException for the first such setting that is not blank
   */
  public void refuse(String beginning) {
    for (String name : values.keySet()) {
      if ((name.startsWith(beginning) || name.startsWith(PREFIX + beginning))
          && text(name) != null) {
        throw new ConfigException("Setting " + name + " is not supported: " + NOT_YET);
      }
    }
  }

  /**
   * Refuses settings that were never read and therefore have no effect. Some settings have an
   * effect only together with others.
   *
   * @throws ConfigException for the first such setting
   */
  public void refuseUnread() {
    for (String name : new TreeMap<>(values).keySet()) {
      if (!read.contains(bare(name)) && text(name) != null) {
        throw new ConfigException(
            "Setting " + name + " has no effect: it is not known, or needs another one");
      }
    }
  }

  private static String bare(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
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
