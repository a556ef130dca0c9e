package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the top level of a request's body: a parameter is left out when it is null or when {@code
 * extra_body} has its own.
 *
 * @param out where it is written
 * @param extra what {@code extra_body} has, each value as JSON text
 */
record BodyWriter(JsonGenerator out, Map<String, String> extra) {

  private static final double EXACT = 9_007_199_254_740_992d; // 2^53

  /** Writes the name when there is a value to follow. */
  boolean has(String name, @Nullable Object value) throws IOException {
    if (value == null || extra.containsKey(name)) {
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

  void flag(String name, @Nullable Boolean value) throws IOException {
    if (value != null && has(name, value)) {
      out.writeBoolean(value);
    }
  }

  /** An integer or a long. */
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

  /** Whole numbers go without a fraction: some providers take token biases as integers only. */
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
}
