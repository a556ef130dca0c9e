// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.List;

/**
 * A pattern in which {@code *} stands for any characters, none included, and every other character
 * for itself. Matches whole texts.
 *
 * <p>It looks for each literal part once, from left to right, and never goes back. Not a record,
 * since a pattern of virtual keys may be a secret and records show their parts.
 */
public final class Glob {

  private final List<String> parts;

  /** Parses a pattern; there is none that is wrong. */
  public Glob(String pattern) {
    this.parts = List.of(pattern.split("\\*", -1));
  }

  /** Whether this is a text of the pattern, as a whole. */
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

  /** Characters that stand for themselves: the more, the less else the pattern matches. */
  public int literals() {
    return parts.stream().mapToInt(String::length).sum();
  }

  /** How many {@code *} there are. */
  public int wildcards() {
    return parts.size() - 1;
  }
}
