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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON object of a request's body, including the body itself. A field is left out if it is
 * null or if it is also among the extra members, which are written last.
 *
 * @param out the output
 * @param extra members of {@code extra} or {@code extra_body}, each value as JSON text
 */
record BodyWriter(JsonGenerator out, Map<String, String> extra) {

  private static final double EXACT = 9_007_199_254_740_992d; // 2^53

  /** Starts an object that gets the extra members in this JSON text, which may be null. */
  static BodyWriter start(JsonGenerator out, @Nullable String extra, String path)
      throws IOException {
    Map<String, String> members = extra == null ? Map.of() : RawJson.object(extra, path);
    out.writeStartObject();
    return new BodyWriter(out, members);
  }

  /** Writes the extra members and ends the object. */
  void end() throws IOException {
    for (Map.Entry<String, String> member : extra.entrySet()) {
      out.writeFieldName(member.getKey());
      out.writeRawValue(member.getValue());
    }
    out.writeEndObject();
  }

  /** Returns the value, or null if the field is among the extra members. */
  <T> @Nullable T own(String name, @Nullable T value) {
    return extra.containsKey(name) ? null : value;
  }

  /** Writes the name of a field if there is a value to write. Returns whether it did. */
  boolean has(String name, @Nullable Object value) throws IOException {
    if (own(name, value) == null) {
      return false;
    }
    out.writeFieldName(name);
    return true;
  }

  void text(String name, @Nullable String value) throws IOException {
    if (has(name, value)) {
      out.writeString(value);
    }
  }

  /** Writes a field whose value is JSON text. */
  void json(String name, @Nullable String text, String path) throws IOException {
    if (text != null && has(name, text)) {
      RawJson.value(out, text, path + "." + name);
    }
  }

  void flag(String name, @Nullable Boolean value) throws IOException {
    if (value != null && has(name, value)) {
      out.writeBoolean(value);
    }
  }

  /** Writes an integer or a long. */
  void whole(String name, @Nullable Number value) throws IOException {
    if (value != null && has(name, value)) {
      out.writeNumber(value.longValue());
    }
  }

  void number(String name, @Nullable Double value) throws IOException {
    if (value != null && has(name, value)) {
      writeNumber(out, name, value);
    }
  }

  void texts(String name, @Nullable List<String> values) throws IOException {
    if (values != null && has(name, values)) {
      out.writeStartArray();
      for (String value : values) {
        out.writeString(value);
      }
      out.writeEndArray();
    }
  }

  /**
   * Writes a number. Whole numbers are written without a fraction, since some providers accept
   * token biases as integers only.
   */
  static void writeNumber(JsonGenerator out, String name, double value) throws IOException {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " is not a finite number");
    }
    if (value == Math.rint(value) && Math.abs(value) < EXACT) {
      out.writeNumber((long) value);
    } else {
      out.writeNumber(value);
    }
  }

  /** JSON that is given as text. After a check that it is valid, it is copied into the body. */
  static final class RawJson {

    /**
     * A parser without a limit on the length of strings, which may be as long as a record allows.
     */
    private static final JsonFactory JSON =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
            .build();

    private RawJson() {}

    /** Writes a value that is given as JSON text. */
    static void value(JsonGenerator out, String text, String path) throws IOException {
      check(text, path);
      out.writeRawValue(text);
    }

    /**
     * Returns the members of an object, with their values as JSON text. If several members have the
     * same name, the last one counts.
     */
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

    /**
     * Creates the exception for invalid JSON. Only the location is taken from the parser's
     * exception, since its message may quote the text.
     */
    private static IllegalArgumentException notJson(String path, JsonProcessingException e) {
      var at = e.getLocation();
      String place =
          at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
      return new IllegalArgumentException(path + " is not valid JSON" + place);
    }
  }
}
