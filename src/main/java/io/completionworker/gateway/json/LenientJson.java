package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value that a parser stands on, or skips it and answers null when it is of another type
 * than the API's: one odd field is no reason to buy an answer twice.
 */
final class LenientJson {

  private static final int MAX_NESTING = 200;

  private LenientJson() {}

  /** Makes parsers for what an endpoint answers, of at most this many bytes. */
  static JsonFactory factory(int maxResponseBytes) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_NESTING)
                .maxStringLength(maxResponseBytes)
                .build())
        .build();
  }

  /** Reads one value; null when it is unusable. Must end on the value's last token. */
  @FunctionalInterface
  interface Reader<T> {
    @Nullable T read(JsonParser in) throws IOException;
  }

  static @Nullable String text(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      return in.getText();
    }
    in.skipChildren();
    return null;
  }

  /** A finite number; what is out of range becomes the nearest that is in it. */
  static @Nullable Double number(JsonParser in) throws IOException {
    JsonToken token = in.currentToken();
    if (token != null && token.isNumeric()) {
      return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, in.getDoubleValue()));
    }
    in.skipChildren();
    return null;
  }

  /** A whole number; a fraction is cut off, what is out of range becomes the nearest that is. */
  static @Nullable Long whole(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
        && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return in.getLongValue();
    }
    Double number = number(in);
    return number == null ? null : Long.valueOf(number.longValue());
  }

  /** The same within 32 bits. */
  static @Nullable Integer small(JsonParser in) throws IOException {
    Long whole = whole(in);
    return whole == null
        ? null
        : Integer.valueOf((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, whole)));
  }

  /** A count of something, which is never negative. */
  static @Nullable Long count(JsonParser in) throws IOException {
    Long whole = whole(in);
    return whole == null ? null : Long.valueOf(Math.max(0, whole));
  }

  static <T> @Nullable T object(JsonParser in, Reader<T> reader) throws IOException {
    if (in.currentToken() == JsonToken.START_OBJECT) {
      return reader.read(in);
    }
    in.skipChildren();
    return null;
  }

  /** An array without its unusable elements. */
  static <T> @Nullable List<T> list(JsonParser in, Reader<T> reader) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      in.skipChildren();
      return null;
    }
    List<T> values = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      T value = reader.read(in);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  static <T> @Nullable List<T> objects(JsonParser in, Reader<T> reader) throws IOException {
    return list(in, element -> object(element, reader));
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }
}
