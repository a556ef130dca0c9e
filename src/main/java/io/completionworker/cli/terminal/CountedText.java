// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.util.Locale;

/** Numbers of things and of seconds as people read them. */
public final class CountedText {

  private CountedText() {}

  /**
   * Returns the number and the name of the things, with an s unless it is one.
   *
   * @param what name of one of them
   */
  public static String of(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** Returns seconds as hours, minutes and seconds: {@code 1:06:40}. */
  public static String clock(long seconds) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
