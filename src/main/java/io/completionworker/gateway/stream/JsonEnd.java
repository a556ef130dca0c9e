// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

/**
 * Finds the end of a JSON object that comes in pieces, reading each character once. Not
 * thread-safe. No parser: what models write need not be JSON, and one would stop at the first
 * fault, where the call that follows has still to be told from this one.
 */
final class JsonEnd {

  private int depth;
  private boolean begun;
  private boolean reached;
  private boolean inText;
  private boolean escaped;

  /** Takes the next piece. */
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
          case '}', ']' -> reached |= --depth == 0;
          default -> {}
        }
      }
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

  /** Whether anything but white space has come. */
  boolean begun() {
    return begun;
  }

  /** Whether an object or an array has come whole. */
  boolean reached() {
    return reached;
  }
}
