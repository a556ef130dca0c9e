// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.config.Glob;
import io.completionworker.config.MetricsConfig;
import io.completionworker.metrics.BoundedNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names that limit scopes or credentials have in meters. The first {@code maxScopes} of them
 * keep their own names, and all later ones share a single name. A scope or credential that is
 * identified by a virtual key keeps its own name only where the configuration allows that. Safe on
 * every thread.
 */
public final class MeterNames {

  private final List<Glob> virtualKeys;
  private final @Nullable String ownKey;
  private final BoundedNames names;

  /** Creates names without a virtual key that is the worker's own. No name is taken yet. */
  public MeterNames(MetricsConfig config) {
    this(config, null);
  }

  /**
   * Creates names. No name is taken yet.
   *
   * @param ownKey the virtual key of the worker itself, which the configuration need not allow; or
   *     null
   */
  public MeterNames(MetricsConfig config, @Nullable String ownKey) {
    this.ownKey = ownKey;
    this.virtualKeys = config.virtualKeys().stream().map(Glob::new).toList();
    this.names = new BoundedNames(List.of("*"), config.maxScopes());
  }

  /**
   * Returns the name in meters; {@link BoundedNames#OTHER} if the scope or credential has no name
   * of its own there.
   *
   * @param name the name in logs
   * @param virtualKey the virtual key that identifies the scope or credential, or null
   */
  public String of(String name, @Nullable String virtualKey) {
    boolean named =
        virtualKey == null
            || virtualKey.equals(ownKey)
            || virtualKeys.stream().anyMatch(glob -> glob.matches(virtualKey));
    return named ? names.of(name) : BoundedNames.OTHER;
  }
}
