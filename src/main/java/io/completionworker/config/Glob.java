// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.List;

/**
 * A pattern in which {@code *} stands for any number of characters, including none, and every other
 * character stands for itself. A pattern matches whole texts only.
 *
 * <p>The matcher searches for each literal part once, from left to right, and never backtracks.
 * This class is not a record, because a pattern of virtual keys may be a secret and a record shows
 * its components.
 */
public final class Glob {

  private final List<String> parts;

  /** Parses a pattern. Every text is a valid pattern. */
  public Glob(String pattern) {
    this.parts = List.of(pattern.split("\\*", -1));
  }

  /** Whether the pattern matches the whole text. */
  public boolean matches(String text) {
    String first = parts.get(0);
    String last = parts.get(parts.size() - 1);
    if (parts.size() == 1) {
      return text.equals(first);
    }
    int end = text.length() - last.length();
    if (end < first.length() || !text.startsWith(first) || !text.endsWith(last)) {
      return false;
    }
    int from = first.length();
    for (String part : parts.subList(1, parts.size() - 1)) {
      int found = text.indexOf(part, from);
      if (found < 0 || found + part.length() > end) {
        return false;
      }
      from = found + part.length();
    }
    return true;
  }

  /** Returns the number of literal characters. A pattern with more of them is more specific. */
  public int literals() {
    return parts.stream().mapToInt(String::length).sum();
  }

  /** Returns the number of {@code *} characters. */
  public int wildcards() {
    return parts.size() - 1;
  }
}
