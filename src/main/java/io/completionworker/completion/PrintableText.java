// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.regex.Pattern;

/** Text that may be printed, whatever it was made of: it cannot move the cursor of a terminal. */
public final class PrintableText {

  /** Those of ASCII, and those from U+0080 to U+009F, which some terminals obey as well. */
  private static final Pattern CONTROL_CHARACTERS = Pattern.compile("\\p{Cc}");

  /** All that breaks a line or would look like a gap in it. */
  private static final Pattern GAPS = Pattern.compile("[\\p{Cc}\\s\u2028\u2029]+");

  private PrintableText() {}

  /** Returns the text with a question mark in place of each control character. */
  public static String of(String text) {
    return CONTROL_CHARACTERS.matcher(text).replaceAll("?");
  }

  /** Returns the text as one line, with a space in place of each gap. */
  public static String line(String text) {
    return GAPS.matcher(text).replaceAll(" ").strip();
  }
}
