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
 * Settings by Confluent's names, each with or without the prefix {@code schema.registry.}; the
 * prefixed one wins. Prints no values.
 */
public final class Settings {

  /** Why a setting of Confluent's is refused. */
  static final String NOT_YET = "this serde cannot do it yet; Confluent's can";

  private static final String PREFIX = "schema.registry.";

  private final Map<String, Object> values = new HashMap<>();

  /** Names that were asked for, without the prefix. */
  private final Set<String> read = ConcurrentHashMap.newKeySet();

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
    read.add(bare(name));
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

  /** A whole number, 0 or more, or -1, which is also what it is when it is absent. */
  public int countOrMinusOne(String name) {
    return "-1".equals(text(name)) ? -1 : count(name, -1);
  }

  /** A setting in milliseconds, 0 or more. */
  Duration millis(String name, int defaultMillis) {
    return Duration.ofMillis(count(name, defaultMillis));
  }

  /** A setting in seconds, 0 or more. */
  Duration seconds(String name, int defaultSeconds) {
    return Duration.ofSeconds(count(name, defaultSeconds));
  }

  /**
   * The settings of this beginning that have the prefix, by their names without it. Empty values
   * are kept.
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

  /** Stops on settings of this beginning, which would otherwise be ignored in silence. */
  public void refuse(String beginning) {
    for (String name : values.keySet()) {
      if ((name.startsWith(beginning) || name.startsWith(PREFIX + beginning))
          && text(name) != null) {
        throw new ConfigException("Setting " + name + " is not supported: " + NOT_YET);
      }
    }
  }

  /**
   * Stops on settings that nobody has asked for, and that are thus without effect. Some only have
   * one together with others.
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
