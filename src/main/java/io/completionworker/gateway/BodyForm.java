// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells a stream of events from all else by its first bytes. Content types are no help: endpoints
 * send events as JSON, JSON as events, and both to requests that asked for the other.
 */
enum BodyForm {
  /** Server-sent events. */
  EVENTS,
  /** JSON, or neither. */
  WHOLE;

  private static final List<String> FIELDS = List.of("data:", "event:", "id:", "retry:", "error:");
  private static final int LONGEST_FIELD = 6;
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /**
   * The form of a body that begins like this; null when more of it is needed.
   *
   * @param begin white space and a byte order mark before it do not count
   */
  static @Nullable BodyForm of(byte[] begin) {
    int start = skipBlanks(begin, 0);
    for (int i = 0; i < MARK.length && start < begin.length && begin[start] == MARK[i]; i++) {
      start++;
    }
    start = skipBlanks(begin, start);
    if (start == begin.length) {
      return null;
    }
    if (begin[start] == ':') {
      return EVENTS; // a comment
    }
    int length = Math.min(begin.length - start, LONGEST_FIELD);
    String text = new String(begin, start, length, StandardCharsets.ISO_8859_1);
    boolean undecided = false;
    for (String field : FIELDS) {
      if (text.startsWith(field)) {
        return EVENTS;
      }
      undecided |= field.startsWith(text);
    }
    return undecided ? null : WHOLE;
  }

  private static int skipBlanks(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  /** White space between JSON values, which is also an empty line between events. */
  static boolean isBlank(byte first) {
    return first == ' ' || first == '\n' || first == '\r' || first == '\t';
  }
}
