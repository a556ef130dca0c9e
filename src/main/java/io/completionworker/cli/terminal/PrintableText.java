// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.util.regex.Pattern;

/** Text that may be printed, whatever it was made of: it cannot move the cursor of a terminal. */
public final class PrintableText {

  /** Those of ASCII, and those from U+0080 to U+009F, which some terminals obey as well. */
  private static final Pattern CONTROL_CHARACTERS = Pattern.compile("\\p{Cc}");

  private PrintableText() {}

  /** Returns the text with a question mark in place of each control character. */
  public static String of(String text) {
    return CONTROL_CHARACTERS.matcher(text).replaceAll("?");
  }
}
