// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/** Texts that are cut because a record or a line would be too large with the whole text. */
public final class CutText {

  /** The number of characters that are left of a request id that was cut, at least. */
  public static final int SHORTEST_ID = 100;

  /** The end of a text that was cut. */
  private static final String MARK = "...";

  private CutText() {}

  /** Returns a text of at most this many characters, with a mark at its end if it was cut. */
  public static String of(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + MARK;
  }

  /** Whether a request id may be cut. Only failures without their request have such ids. */
  public static boolean isCutId(String id) {
    return id.length() >= SHORTEST_ID + MARK.length() && id.endsWith(MARK);
  }

  /** Whether a request id may be what was left of this one when it was cut. */
  public static boolean isCutFrom(String id, String whole) {
    return isCutId(id)
        && whole.length() > id.length() - MARK.length()
        && whole.startsWith(id.substring(0, id.length() - MARK.length()));
  }

  /** Returns the part of a request id that is left even if it was cut. */
  public static String uncutId(String id) {
    return id.substring(0, Math.min(id.length(), SHORTEST_ID));
  }
}
