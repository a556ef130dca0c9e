package io.completionworker.config;

import io.completionworker.config.key.Faults;
import io.completionworker.config.key.NearestKey;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tells keys that mean something from those that would be silently without effect. */
final class KnownKeys {

  /** Under these, names are not ours. */
  static final List<String> OPEN_PREFIXES =
      List.of(
          KafkaKeys.PREFIX,
          "schema.registry.",
          "basic.auth.",
          "bearer.auth.",
          HeaderKeys.FIXED_PREFIX,
          OverrideKeys.PREFIX);

  private static final Set<String> EXAMPLES =
      Set.of("basic.auth.user.info", "basic.auth.credentials.source", "bearer.auth.token");

  private KnownKeys() {}

  static void check(Collection<String> given, Set<String> defined, Faults faults) {
    Set<String> candidates = new TreeSet<>(defined);
    candidates.addAll(EXAMPLES);
    for (String key : given) {
      if (!defined.contains(key) && OPEN_PREFIXES.stream().noneMatch(key::startsWith)) {
        faults.add(key, "unknown key; the nearest known key is " + NearestKey.to(key, candidates));
      }
    }
  }
}
