// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts a member to the type that the API defines for it. Returns null if the member is absent
 * or its meaning is unclear. One malformed member is no reason to pay for an answer twice.
 */
public final class LenientJson {

  private LenientJson() {}

  /** Returns a string, also if it was written as a number. */
  public static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : node.isNumber() ? node.asText() : null;
  }

  /** Returns a string that is not blank, or null. */
  public static @Nullable String word(JsonNode node) {
    String text = text(node);
    return text == null || text.isBlank() ? null : text;
  }

  /** Returns a string as it is, and an object, an array or a boolean as JSON text. */
  static @Nullable String textOrJson(JsonNode node) {
    if (node.isContainerNode() || node.isBoolean()) {
      return AnswerJson.write(node);
    }
    return text(node);
  }

  /**
   * Returns a finite number, also if it was written as a string. A number out of range becomes the
   * nearest one in range.
   */
  static @Nullable Double number(JsonNode node) {
    double value;
    if (node.isNumber()) {
      value = node.doubleValue();
    } else if (node.isTextual()) {
      try {
        value = Double.parseDouble(node.textValue().strip());
      } catch (NumberFormatException e) {
        return null;
      }
    } else {
      return null;
    }
    return Double.isNaN(value)
        ? null
        : Double.valueOf(Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value)));
  }

  /**
   * Returns a whole number. A fraction is cut off, and a number out of range becomes the nearest
   * one in range.
   */
  public static @Nullable Long whole(JsonNode node) {
    if (node.isInt() || node.isLong()) {
      return node.longValue();
    }
    Double number = number(node);
    return number == null ? null : Long.valueOf(number.longValue());
  }

  /** Returns a whole number, limited to 32 bits. */
  public static @Nullable Integer small(JsonNode node) {
    Long whole = whole(node);
    return whole == null
        ? null
        : Integer.valueOf((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, whole)));
  }

  /** Returns the elements of an array that can be read, or null if it is not an array. */
  static <T> @Nullable List<T> list(JsonNode array, Function<JsonNode, @Nullable T> reader) {
    if (!array.isArray()) {
      return null;
    }
    List<T> values = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      T value = reader.apply(element);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  static <T> @Nullable T object(JsonNode node, Function<JsonNode, @Nullable T> reader) {
    return node.isObject() ? reader.apply(node) : null;
  }

  static <T> @Nullable List<T> objects(JsonNode array, Function<JsonNode, @Nullable T> reader) {
    return list(array, element -> object(element, reader));
  }

  /** Returns the text, or an empty one for null. */
  public static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }
}
