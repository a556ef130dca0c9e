// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.validation.JsonSyntax;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as the gateway takes it: one JSON object of strings in a header, ASCII only, each value
 * at most 128 characters.
 */
public final class GatewayMetadata {

  private static final int LONGEST_VALUE = 128;

  private GatewayMetadata() {}

  /**
   * Reads a JSON object of strings. Numbers and booleans become strings as they are written, and
   * members that are null are left out; of a name that occurs twice the last one counts.
   *
   * @return null when the text is anything else
   */
  public static @Nullable Map<String, String> parse(String json) {
    if (!(JsonSyntax.read(json) instanceof JsonSyntax.Valid valid) || !valid.object()) {
      return null;
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (JsonSyntax.Member member : valid.members()) {
      if (member.nested()) {
        return null;
      }
      if (member.text() != null) {
        metadata.put(member.name(), member.text());
      }
    }
    return metadata;
  }

  /**
   * Writes the header's value; by hand, since Jackson leaves DEL as it is, and no header takes it.
   */
  static String json(Map<String, String> metadata) {
    StringBuilder json = new StringBuilder("{");
    metadata.forEach(
        (name, value) -> {
          if (json.length() > 1) {
            json.append(',');
          }
          quote(json, name);
          json.append(':');
          quote(json, cut(value));
        });
    return json.append('}').toString();
  }

  /**
   * JSON that means the same, on one line and in ASCII. In valid JSON control characters stand
   * between tokens only, and what is not ASCII stands in strings only.
   */
  static String ascii(String json) {
    StringBuilder ascii = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      append(ascii, json.charAt(i) < ' ' ? ' ' : json.charAt(i)); // line breaks between tokens
    }
    return ascii.toString();
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else {
        append(json, c);
      }
    }
    json.append('"');
  }

  private static void append(StringBuilder json, char c) {
    if (c >= ' ' && c < 0x7f) {
      json.append(c);
    } else {
      json.append("\\u").append(HexFormat.of().toHexDigits(c));
    }
  }

  /** Characters are code points, so that no surrogate pair is cut in two. */
  private static String cut(String value) {
    if (value.codePointCount(0, value.length()) <= LONGEST_VALUE) {
      return value;
    }
    return value.substring(0, value.offsetByCodePoints(0, LONGEST_VALUE));
  }
}
