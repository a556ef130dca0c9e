// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.KeyGroup.Faults;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of which users choose a part: a prefix, a name, a dot and a setting. All keys with one name
 * belong together.
 */
final class NamedKeys {

  private final String prefix;
  private final Pattern parts;

  /**
   * @param prefix with its last dot
   * @param name pattern of the names
   */
  NamedKeys(String prefix, String name) {
    this.prefix = prefix;
    this.parts = Pattern.compile("(" + name + ")\\.(.+)");
  }

  /** Checks one setting, and adds what is wrong with it to the faults. */
  @FunctionalInterface
  interface Check {

    /** Returns whether a name with this setting has what each of them needs. */
    boolean settingIsEnough(String key, String setting, String value);
  }

  /** Returns the setting of a key; empty if the key has another form. */
  Optional<String> setting(String key) {
    Matcher matcher = matcher(key);
    return matcher.matches() ? Optional.of(matcher.group(2)) : Optional.empty();
  }

  /**
   * Checks all keys with the prefix.
   *
   * @param otherwise the fault of a key that has another form
   * @param lacking the fault of a name without a setting that is enough
   * @return the names
   */
  Set<String> check(
      Map<String, String> values, Faults faults, Check each, String otherwise, String lacking) {
    Map<String, Boolean> enough = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          Matcher matcher = matcher(key);
          if (matcher.matches()) {
            enough.merge(
                matcher.group(1),
                each.settingIsEnough(key, matcher.group(2), value),
                Boolean::logicalOr);
          } else if (key.startsWith(prefix)) {
            faults.add(key, otherwise);
          }
        });
    enough.forEach(
        (name, has) -> {
          if (!has) {
            faults.add(prefix + name, lacking);
          }
        });
    return enough.keySet();
  }

  /** Returns the values of the settings by name, in the order of the names. */
  Map<String, Map<String, String>> byName(Map<String, String> values) {
    Map<String, Map<String, String>> byName = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          Matcher matcher = matcher(key);
          if (matcher.matches()) {
            byName
                .computeIfAbsent(matcher.group(1), name -> new HashMap<>())
                .put(matcher.group(2), value);
          }
        });
    return byName;
  }

  private Matcher matcher(String key) {
    return parts.matcher(key.startsWith(prefix) ? key.substring(prefix.length()) : "");
  }
}
