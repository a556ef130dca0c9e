// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the user may vary: system properties with the prefix {@code bench.}. */
public final class Options {

  private static final String PREFIX = "bench.";

  private Options() {}

  /** A whole number. */
  public static int number(String name, int otherwise) {
    String value = value(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  /** A number. */
  public static double real(String name, double otherwise) {
    String value = value(name);
    return value == null ? otherwise : Double.parseDouble(value);
  }

  /** True or false. */
  public static boolean flag(String name, boolean otherwise) {
    String value = value(name);
    return value == null ? otherwise : Boolean.parseBoolean(value);
  }

  /** Words with commas between them. */
  public static List<String> words(String name, String otherwise) {
    return List.of(text(name, otherwise).split(",", -1));
  }

  /** Whole numbers with commas between them. */
  public static List<Integer> numbers(String name, String otherwise) {
    return words(name, otherwise).stream().map(Integer::valueOf).toList();
  }

  /** Any text. */
  public static String text(String name, String otherwise) {
    String value = value(name);
    return value == null ? otherwise : value;
  }

  private static @Nullable String value(String name) {
    return System.getProperty(PREFIX + name);
  }
}
