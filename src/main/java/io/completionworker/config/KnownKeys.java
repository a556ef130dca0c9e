// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.KafkaKeys.KafkaNames;
import io.completionworker.config.key.KeyGroup.Faults;
import io.completionworker.config.key.Misspelling;
import io.completionworker.config.key.NearestKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds unknown keys, which would silently have no effect. */
final class KnownKeys {

  /** Prefixes of keys that are checked elsewhere. */
  private static final List<String> OPEN_PREFIXES =
      List.of(KafkaKeys.PREFIX, HeaderKeys.FIXED_PREFIX, OverrideKeys.PREFIX, BudgetConfig.PREFIX);

  /** Keys of the values that people choose freely, and that may contain any character. */
  private static final Pattern PASSWORD = Pattern.compile(".*pass(word|phrase)");

  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|'[^']*'");

  private KnownKeys() {}

  /** Returns every key with a fixed name: the worker's own, the registry's and Kafka's. */
  static Set<String> all(Set<String> defined) {
    Set<String> all = ours(defined);
    KafkaNames.known().forEach(name -> all.add(KafkaKeys.PREFIX + name));
    KafkaKeys.ours().forEach(name -> all.add(KafkaKeys.PREFIX + name));
    return all;
  }

  /** Returns the prefixes of keys whose remainder the user chooses. */
  static Set<String> open() {
    Set<String> open =
        new TreeSet<>(Set.of(HeaderKeys.FIXED_PREFIX, OverrideKeys.PREFIX, BudgetConfig.PREFIX));
    KafkaNames.OPEN_PREFIXES.forEach(prefix -> open.add(KafkaKeys.PREFIX + prefix));
    return open;
  }

  /**
   * Returns the prefixes of keys that are passed on to the clients of Kafka and the schema
   * registry.
   */
  static Set<String> passedOn() {
    return Set.of(KafkaKeys.PREFIX, "schema.registry.", "basic.auth.", "bearer.auth.");
  }

  static void check(Map<String, String> values, Set<String> defined, Faults faults) {
    Set<String> known = ours(defined);
    boolean ownSerde =
        RegistryConfig.SERDE_DEFAULT.equals(
            values.getOrDefault(RegistryConfig.SERDE_CONFIG, RegistryConfig.SERDE_DEFAULT));
    for (String key : values.keySet()) {
      boolean open =
          OPEN_PREFIXES.stream().anyMatch(key::startsWith)
              || (!ownSerde && isOfAnotherSerde(key, known));
      if (!known.contains(key) && !open) {
        faults.add(key, "unknown key; the nearest known key is " + nearest(key, known));
      }
    }
  }

  /**
   * Refuses values in quotes. The quotes would be part of the value, and no value except a password
   * can begin and end with them. Keys and tokens that providers issue have none, so for them quotes
   * are refused, too, although they are secrets. Such quotes come from a shell, YAML, or {@code
   * docker run --env-file}.
   */
  static void checkQuotes(Map<String, String> values, Faults faults) {
    values.forEach(
        (key, value) -> {
          if (QUOTED.matcher(value).matches() && !PASSWORD.matcher(key).matches()) {
            faults.add(key, "has quotes around its value; they would be part of it: take them off");
          }
        });
  }

  /**
   * Whether the key may be a setting of another serde. A key that is similar to a known key is
   * taken for a misspelling of it.
   */
  private static boolean isOfAnotherSerde(String key, Set<String> known) {
    return RegistryConfig.isOpen(key) && new Misspelling(known).meantBy(key).isEmpty();
  }

  private static String nearest(String key, Set<String> known) {
    Misspelling misspelling =
        new Misspelling(Stream.concat(known.stream(), open().stream()).toList());
    return misspelling.meantBy(key).orElseGet(() -> NearestKey.to(key, known));
  }

  private static Set<String> ours(Set<String> defined) {
    Set<String> known = new TreeSet<>(defined);
    known.addAll(RegistryConfig.known());
    return known;
  }
}
