// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.completion.CompletionCall;
import io.completionworker.headers.KnownHeader;
import io.completionworker.headers.MetadataValues;
import io.completionworker.validation.JsonSyntax;
import java.util.HexFormat;
import java.util.Map;

/**
 * Metadata in the form that the gateway accepts: a header with one JSON object of strings, in
 * ASCII, each value with at most 128 characters.
 */
public final class GatewayMetadata {

  private GatewayMetadata() {}

  /**
   * Returns the metadata that a call sends, which differ from the field of its request if a header
   * replaced it; empty if it sends none.
   */
  public static Map<String, String> sent(CompletionCall call) {
    String header = call.wireHeaders().get(KnownHeader.METADATA.text());
    Map<String, String> metadata = header == null ? null : JsonSyntax.texts(header);
    return metadata == null ? Map.of() : metadata;
  }

  /**
   * Returns the value of the header. Jackson is not used, because it does not escape DEL, which no
   * header may contain.
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
          quote(json, MetadataValues.cut(value));
        });
    return json.append('}').toString();
  }

  /**
   * Returns equivalent JSON on one line and in ASCII. In valid JSON, control characters occur only
   * between tokens, and characters outside ASCII only in strings.
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
}
