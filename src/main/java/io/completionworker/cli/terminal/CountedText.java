// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

/** Numbers of things in words. */
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
}
