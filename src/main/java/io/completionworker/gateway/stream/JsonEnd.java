// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

/**
 * Finds the end of a JSON object that comes in pieces, and reads each character once. Not
 * thread-safe.
 *
 * <p>This is not a parser: the text that models write need not be valid JSON. A parser would stop
 * at the first error, but the next call must still be distinguished from this one.
 */
final class JsonEnd {

  private int depth;
  private boolean begun;
  private boolean reached;
  private boolean inText;
  private boolean escaped;

  /** Reads the next piece. */
  void read(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      begun |= c > ' ';
      if (inText) {
        readText(c);
      } else {
        switch (c) {
          case '"' -> inText = true;
          case '{', '[' -> depth++;
          case '}', ']' -> close();
          default -> {}
        }
      }
    }
  }

  /** Closes the innermost object or array. A bracket that closes nothing is skipped. */
  private void close() {
    if (depth > 0) {
      depth--;
      reached |= depth == 0;
    }
  }

  private void readText(char c) {
    if (escaped) {
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
    } else if (c == '"') {
      inText = false;
    }
  }

  /** Whether an object or an array has begun and not ended. */
  boolean open() {
    return depth > 0;
  }

  /** Whether anything but white space was read. */
  boolean begun() {
    return begun;
  }

  /** Whether a complete object or array was read. */
  boolean reached() {
    return reached;
  }
}
