package io.completionworker.resilience.limit;

import java.util.List;

/**
 * A pattern in which {@code *} stands for any characters, none included, and every other character
 * for itself. Matches whole texts.
 *
 * <p>It looks for each literal part once, from left to right, and never goes back. Not a record,
 * since a pattern of virtual keys may be a secret and records show their parts.
 */
final class Glob {

  private final List<String> parts;

  /** Parses a pattern; there is none that is wrong. */
  Glob(String pattern) {
    this.parts = List.of(pattern.split("\\*", -1));
  }

  boolean matches(String text) {
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
}
