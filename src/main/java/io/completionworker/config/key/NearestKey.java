// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.key;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the key that was probably meant. */
public final class NearestKey {

  private NearestKey() {}

  /**
   * Returns the known key with the fewest edits to this one. Of several, it is the first by name.
   */
  public static String to(String key, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.comparingInt((String candidate) -> edits(key, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .orElse("");
  }

  /** Returns the nearest known key if it takes at most this number of edits. */
  public static Optional<String> within(String key, Collection<String> known, int edits) {
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(to(key, known)).filter(nearest -> edits(key, nearest) <= edits);
  }

  /** Computes the Levenshtein distance row by row, with two swapped letters as one edit. */
  public static int edits(String left, String right) {
    int[] twoAbove = new int[0];
    int[] above = new int[right.length() + 1];
    for (int column = 0; column < above.length; column++) {
      above[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      int[] current = new int[above.length];
      current[0] = row;
      for (int column = 1; column < above.length; column++) {
        int replaced =
            above[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
        current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
        if (swapped(left, row, right, column)) {
          current[column] = Math.min(current[column], 1 + twoAbove[column - 2]);
        }
      }
      twoAbove = above;
      above = current;
    }
    return above[right.length()];
  }

  private static boolean swapped(String left, int row, String right, int column) {
    return row > 1
        && column > 1
        && left.charAt(row - 1) == right.charAt(column - 2)
        && left.charAt(row - 2) == right.charAt(column - 1);
  }
}
