// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.completionworker.config.Glob;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names from outside as values of a tag. The first names that match a pattern are kept, up to a
 * maximum number. All others become {@code other}, so the number of values is bounded. Safe on
 * every thread.
 */
public final class BoundedNames {

  /** The value for all names that are not kept. */
  public static final String OTHER = "other";

  private static final int LONGEST = 100;

  private final List<Glob> patterns;
  private final int most;
  private final ConcurrentHashMap<String, String> known = new ConcurrentHashMap<>();
  private volatile boolean full;

  /**
   * Creates an empty set of names.
   *
   * @param patterns the patterns of names that may be kept
   * @param most the most names to keep
   */
  public BoundedNames(List<String> patterns, int most) {
    this.patterns = patterns.stream().map(Glob::new).toList();
    this.most = most;
    this.full = most == 0;
  }

  /** Returns the tag value for this name. */
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
