// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

/**
 * What a check found.
 *
 * @param about what was looked at
 * @param text what is so; and when that is wrong, what to change
 */
public record Finding(Level level, String about, String text) {

  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** The worker would run, maybe not as wanted. */
    WARN,
    /** The worker would not start or not work. */
    FAIL
  }

  static Finding ok(String about, String text) {
    return new Finding(Level.OK, about, text);
  }

  static Finding warn(String about, String text) {
    return new Finding(Level.WARN, about, text);
  }

  static Finding fail(String about, String text) {
    return new Finding(Level.FAIL, about, text);
  }

  /** Whether the worker would not work. */
  public boolean failed() {
    return level == Level.FAIL;
  }

  /** As it is printed. */
  public String line() {
    String word =
        switch (level) {
          case OK -> "ok  ";
          case WARN -> "warn";
          case FAIL -> "FAIL";
        };
    return word + " " + about + ": " + text;
  }
}
