package io.completionworker.resilience.limit;

import io.completionworker.config.Glob;
import io.completionworker.config.MetricsConfig;
import io.completionworker.metrics.BoundedNames;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names that limit scopes have in meters: their own for some, one for all others. Dispatcher's
 * thread only.
 */
final class ScopeLabels {

  private final List<Glob> virtualKeys;
  private final BoundedNames names;
  private final LimitsLeft.Listener listener;
  private final Map<String, Set<LimitsLeft.Kind>> told = new HashMap<>();

  ScopeLabels(MetricsConfig config, LimitsLeft.Listener listener) {
    this.virtualKeys = config.virtualKeys().stream().map(Glob::new).toList();
    this.names = new BoundedNames(List.of("*"), config.maxScopes());
    this.listener = listener;
  }

  /**
   * The name of a scope.
   *
   * @param scope its name in logs
   * @param virtualKey that tells it from others, or null
   */
  String of(String scope, @Nullable String virtualKey) {
    boolean named =
        virtualKey == null || virtualKeys.stream().anyMatch(glob -> glob.matches(virtualKey));
    return named ? names.of(scope) : BoundedNames.OTHER;
  }

  /** A scope of this name has these limits. */
  void tell(String label, Set<LimitsLeft.Kind> kinds) {
    Set<LimitsLeft.Kind> known =
        told.computeIfAbsent(label, name -> EnumSet.noneOf(LimitsLeft.Kind.class));
    for (LimitsLeft.Kind kind : kinds) {
      if (known.add(kind)) {
        listener.added(kind, label);
      }
    }
  }
}
