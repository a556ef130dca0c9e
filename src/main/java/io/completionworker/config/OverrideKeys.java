// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.KeyGroup.Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Limits of single scopes. {@code rate.limit.override.NAME.model} and {@code .virtual.key} select
 * the scopes. {@code rate.limit.override.NAME.requests.per.minute} and the like set their limits.
 */
final class OverrideKeys {

  static final String PREFIX = "rate.limit.override.";
  static final String MODEL = "model";
  static final String VIRTUAL_KEY = "virtual.key";

  private static final String ANY = "*";
  private static final NamedKeys KEYS = new NamedKeys(PREFIX, "[a-z0-9_-]+");

  private OverrideKeys() {}

  /**
   * Checks each override on its own and, if all are valid, that each selects something that scopes
   * distinguish.
   *
   * @param scope value of {@link RateLimitConfig#SCOPE_CONFIG}, or null if that value is invalid
   */
  static void check(Map<String, String> values, @Nullable Object scope, Faults faults) {
    int before = faults.lines().size();
    KEYS.check(
        values,
        faults,
        (key, setting, value) -> check(key, setting, value, faults),
        "is not an override; allowed: " + PREFIX + "NAME.model and the like",
        "has no limit; add one, such as ." + Limits.MAX_IN_FLIGHT);
    if (faults.lines().size() == before) {
      values.keySet().stream()
          .filter(key -> key.startsWith(PREFIX))
          .map(key -> misplaced(key, scope))
          .flatMap(Optional::stream)
          .distinct()
          .forEach(
              key ->
                  faults.add(
                      key, "has no use, because " + RateLimitConfig.SCOPE_CONFIG + " is " + scope));
    }
  }

  /**
   * Returns a key that has less effect than it seems to have, because the configured scope does not
   * distinguish what it selects. Empty if the key has its full effect.
   */
  private static Optional<String> misplaced(String key, @Nullable Object scope) {
    if (RateLimitConfig.Scope.WORKER.text().equals(scope)) {
      return Optional.of(key.substring(0, key.indexOf('.', PREFIX.length())));
    }
    boolean useless =
        (key.endsWith("." + MODEL) && RateLimitConfig.Scope.VIRTUAL_KEY.text().equals(scope))
            || (key.endsWith("." + VIRTUAL_KEY)
                && RateLimitConfig.Scope.MODEL.text().equals(scope));
    return useless ? Optional.of(key) : Optional.empty();
  }

  /** Whether the value may not be shown. Only limits and patterns of models may be. */
  static boolean isSecret(String key) {
    return KEYS.setting(key)
        .filter(setting -> setting.equals(MODEL) || limit(setting) != null)
        .isEmpty();
  }

  private static boolean check(String key, String setting, String value, Faults faults) {
    Limits.Key limit = limit(setting);
    boolean pattern = setting.equals(MODEL) || setting.equals(VIRTUAL_KEY);
    if (limit != null) {
      parse(key, value, limit, faults);
    } else if (!pattern) {
      faults.add(
          key, "unknown setting of an override; allowed: " + MODEL + ", " + VIRTUAL_KEY + limits());
    } else if (value.isBlank()) {
      faults.add(key, "is empty; allowed: a pattern, in which * stands for any characters");
    }
    return !pattern;
  }

  private static void parse(String key, String value, Limits.Key limit, Faults faults) {
    try {
      limit.allowed().ensureValid(key, ConfigDef.parseType(key, value, limit.type()));
    } catch (ConfigException e) {
      faults.add(key, "'" + value + "' is not allowed; allowed: " + limit.allowed());
    }
  }

  /** Returns the overrides in the order of their names. The values must have been checked. */
  static List<RateLimitConfig.ScopeLimits> from(Map<String, String> values) {
    List<RateLimitConfig.ScopeLimits> overrides = new ArrayList<>();
    KEYS.byName(values).forEach((name, settings) -> overrides.add(override(name, settings)));
    return List.copyOf(overrides);
  }

  private static RateLimitConfig.ScopeLimits override(String name, Map<String, String> settings) {
    Map<String, Object> parsed = new HashMap<>();
    for (Limits.Key limit : Limits.KEYS) {
      String value = settings.get(limit.name());
      if (value != null) {
        parsed.put(
            Limits.PREFIX + limit.name(), ConfigDef.parseType(limit.name(), value, limit.type()));
      }
    }
    return new RateLimitConfig.ScopeLimits(
        name,
        settings.getOrDefault(VIRTUAL_KEY, ANY),
        settings.getOrDefault(MODEL, ANY),
        Limits.from(parsed));
  }

  private static Limits.@Nullable Key limit(String setting) {
    return Limits.KEYS.stream().filter(key -> key.name().equals(setting)).findFirst().orElse(null);
  }

  private static String limits() {
    StringBuilder names = new StringBuilder();
    Limits.KEYS.forEach(key -> names.append(", ").append(key.name()));
    return names.toString();
  }
}
