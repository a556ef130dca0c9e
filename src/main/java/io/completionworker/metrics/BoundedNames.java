// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.completionworker.config.Glob;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names from outside as values of a tag: the first so many that match a pattern are themselves, all
 * others are {@code other}. Never more than that, however many come. Safe on every thread.
 */
public final class BoundedNames {

  /** Stands for all that have no name of their own. */
  public static final String OTHER = "other";

  private static final int LONGEST = 100;

  private final List<Glob> patterns;
  private final int most;
  private final ConcurrentHashMap<String, String> known = new ConcurrentHashMap<>();
  private volatile boolean full;

  /**
   * Nothing is known yet.
   *
   * @param patterns of the names that may be known
   * @param most how many
   */
  public BoundedNames(List<String> patterns, int most) {
    this.patterns = patterns.stream().map(Glob::new).toList();
    this.most = most;
    this.full = most == 0;
  }

  /** The value that this name has. */
  public String of(String name) {
    String value = known.get(name);
    if (value != null) {
      return value;
    }
    return full || !allows(name) ? OTHER : admit(name);
  }

  private boolean allows(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST
        && patterns.stream().anyMatch(pattern -> pattern.matches(name));
  }

  private synchronized String admit(String name) {
    if (known.size() < most) {
      known.putIfAbsent(name, name);
    }
    full = known.size() >= most;
    return known.getOrDefault(name, OTHER);
  }
}
