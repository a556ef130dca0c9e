// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.key;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers all that is wrong, so that it is said at once. One line each: the key, then what. */
public final class Faults {

  private final Set<String> keys = new LinkedHashSet<>();
  private final Set<String> lines = new LinkedHashSet<>();

  /** Adds a fault of this key. */
  public void add(String key, String what) {
    keys.add(key);
    lines.add((key + ": " + what).replaceAll("\\s*\\R\\s*", " "));
  }

  /** Whether this key has a fault already; what follows from it is not worth a second line. */
  public boolean has(String key) {
    return keys.contains(key);
  }

  /** The faults in the order in which they were found. */
  public List<String> lines() {
    return List.copyOf(new ArrayList<>(lines));
  }
}
