// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON that arrives as text and goes into a body as it is, once it is known to be JSON. */
final class RawJson {

  /** Texts may be as long as records let them. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private RawJson() {}

  /** Writes a value that is a text of JSON. */
  static void value(JsonGenerator out, String text, String path) throws IOException {
    check(text, path);
    out.writeRawValue(text);
  }

  /** Members of an object with their values as JSON text; of equal names the last. */
  static Map<String, String> object(@Nullable String text, String path) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    if (text == null) {
      return fields;
    }
    try (JsonParser in = JSON.createParser(text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(path + " is not a JSON object");
      }
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        fields.put(name, copy(in));
      }
      requireEnd(in, path);
    } catch (JsonProcessingException e) {
      throw notJson(path, e);
    }
    return fields;
  }

  private static String copy(JsonParser in) throws IOException {
    var text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.copyCurrentStructureExact(in);
    }
    return text.toString();
  }

  private static void check(String text, String path) throws IOException {
    try (JsonParser in = JSON.createParser(text)) {
      if (in.nextToken() == null) {
        throw new IllegalArgumentException(path + " is empty, not JSON");
      }
      in.skipChildren();
      in.finishToken();
      requireEnd(in, path);
    } catch (JsonProcessingException e) {
      throw notJson(path, e);
    }
  }

  private static void requireEnd(JsonParser in, String path) throws IOException {
    if (in.nextToken() != null) {
      throw new IllegalArgumentException(path + " has more than one JSON value");
    }
  }

  /** The parser's own message may quote the text, so only the place is taken from it. */
  private static IllegalArgumentException notJson(String path, JsonProcessingException e) {
    var at = e.getLocation();
    String place =
        at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    return new IllegalArgumentException(path + " is not valid JSON" + place);
  }
}
