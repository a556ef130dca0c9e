// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answers.
 *
 * @param headers by lower-case name
 * @param parts texts, {@code {"base64": ...}} for bytes that are no text, and {@code {"wait":
 *     milliseconds}}
 * @param end {@code cut} for a connection that ends before the response does; null for good order
 */
record Reply(int status, Map<String, String> headers, List<JsonNode> parts, @Nullable String end) {

  private static final String CUT = "cut";

  Reply {
    headers = Map.copyOf(headers);
    parts = List.copyOf(parts);
    if (end != null && !end.equals(CUT)) {
      throw new IllegalArgumentException("no such end: " + end);
    }
  }

  boolean isCut() {
    return end != null;
  }

  /** The same with this body, in one part. */
  Reply with(byte[] body) {
    String text = Base64.getEncoder().encodeToString(body);
    return new Reply(
        status, headers, List.of(CaseFile.JSON.createObjectNode().put("base64", text)), end);
  }

  /** The same, cut off at its end. */
  Reply cut() {
    return new Reply(status, headers, parts, CUT);
  }

  /** The body without its waits. */
  byte[] body() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(part -> all.writeBytes(bytes(part)));
    return all.toByteArray();
  }

  /** How long to wait for this part; 0 for bytes. */
  static long waitMillis(JsonNode part) {
    return part.path("wait").asLong(0);
  }

  static byte[] bytes(JsonNode part) {
    if (part.isTextual()) {
      return part.textValue().getBytes(StandardCharsets.UTF_8);
    }
    return Base64.getDecoder().decode(part.path("base64").asText(""));
  }
}
