// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import io.completionworker.config.Glob;
import io.completionworker.config.MetricsConfig;
import io.completionworker.metrics.BoundedNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names that limit scopes or credentials have in meters: their own for the first so many, one for
 * all others. What a virtual key tells from others has a name of its own only where the
 * configuration allows that. Safe on every thread.
 */
public final class MeterNames {

  private final List<Glob> virtualKeys;
  private final @Nullable String ownKey;
  private final BoundedNames names;

  /** No name is taken yet, and no virtual key is the worker's own. */
  public MeterNames(MetricsConfig config) {
    this(config, null);
  }

  /**
   * No name is taken yet.
   *
   * @param ownKey the virtual key of the worker itself, which needs no permission; or null
   */
  public MeterNames(MetricsConfig config, @Nullable String ownKey) {
    this.ownKey = ownKey;
    this.virtualKeys = config.virtualKeys().stream().map(Glob::new).toList();
    this.names = new BoundedNames(List.of("*"), config.maxScopes());
  }

  /**
   * The name in meters; {@link BoundedNames#OTHER} when there is none of its own.
   *
   * @param name in logs
   * @param virtualKey that tells it from others, or null
   */
  public String of(String name, @Nullable String virtualKey) {
    boolean named =
        virtualKey == null
            || virtualKey.equals(ownKey)
            || virtualKeys.stream().anyMatch(glob -> glob.matches(virtualKey));
    return named ? names.of(name) : BoundedNames.OTHER;
  }
}
