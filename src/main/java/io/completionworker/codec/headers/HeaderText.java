// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which texts may become the value of an HTTP header: RFC 9110 section 5.5, and a bound. */
final class HeaderText {

  /** What servers take for one header line as a rule. */
  private static final int LONGEST = 8192;

  private HeaderText() {}

  /** The text of these bytes; null when they are not UTF-8. */
  static @Nullable String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** What is wrong with a value, without quoting it; null when it may be sent. */
  static @Nullable String fault(String value) {
    if (value.length() > LONGEST) {
      return "must have at most " + LONGEST + " characters as a header; has " + value.length();
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
        return "must have no line breaks and no control characters";
      }
      if (c > 0xff) {
        return "must have Latin-1 characters only";
      }
    }
    return null;
  }
}
