// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON that endpoints send, and writes JSON. Thread-safe.
 *
 * <p>An answer that was paid for must not be lost because of one malformed member. Therefore a byte
 * order mark, bytes that are not UTF-8, {@code NaN} and infinities, a raw control character in a
 * string, a superfluous comma or escape, and numbers in a form that JSON does not allow are all
 * accepted. If several members of an object have the same name, the last one counts.
 */
public final class AnswerJson {

  /** The maximum nesting. Deeper JSON is rejected, so that no recursion can exhaust the stack. */
  private static final int MAX_NESTING = 200;

  /**
   * The maximum length of a number. A longer one is kept as text: its conversion would take
   * quadratic time.
   */
  private static final int MAX_DIGITS = 1_000;

  private static final ObjectMapper WRITER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonFactory strict;
  private final JsonFactory lenient;

  /** Creates a reader for answers of at most this many bytes. */
  public AnswerJson(int maxBytes) {
    var constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_NESTING)
            .maxStringLength(maxBytes)
            .maxNameLength(maxBytes)
            .maxNumberLength(maxBytes)
            .build();
    strict = JsonFactory.builder().streamReadConstraints(constraints).build();
    lenient =
        JsonFactory.builder()
            .streamReadConstraints(constraints)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
            .build();
  }

  /**
   * A sequence of JSON values.
   *
   * @param text the values as valid JSON, unless there is a fault
   * @param roots the values; if there is a fault, as far as they could be read
   * @param fault why the text is not JSON, without quoting it; null if it is
   */
  public record Document(String text, List<JsonNode> roots, @Nullable String fault) {

    /** Returns the value if there is exactly one and it is an object, else null. */
    public @Nullable ObjectNode object() {
      return fault == null && roots.size() == 1 && roots.get(0) instanceof ObjectNode only
          ? only
          : null;
    }

    /** Returns the first value, complete or not, or null if it is not an object. */
    public @Nullable ObjectNode first() {
      return !roots.isEmpty() && roots.get(0) instanceof ObjectNode first ? first : null;
    }

    /**
     * Returns the document without an array around a single object or around the chunks of an
     * answer.
     */
    Document withoutArray() {
      JsonNode array = fault == null && roots.size() == 1 ? roots.get(0) : NODES.nullNode();
      if (!array.isArray() || !array.path(0).isObject()) {
        return this;
      }
      if (array.size() == 1) {
        return new Document(write(array.get(0)), List.of(array.get(0)), null);
      }
      List<JsonNode> elements = new ArrayList<>(array.size());
      array.forEach(elements::add);
      return array.path(0).has("choices") ? new Document(text, List.copyOf(elements), null) : this;
    }
  }

  /** Reads the bytes of a body, without the end-of-stream marker that some endpoints append. */
  public Document read(byte[] body) {
    String text = text(body);
    String begin = text.strip();
    if (!begin.endsWith("[DONE]")) {
      return read(text).withoutArray();
    }
    begin = begin.substring(0, begin.length() - "[DONE]".length()).stripTrailing();
    begin = begin.endsWith("data:") ? begin.substring(0, begin.length() - 5) : begin;
    return read(begin).withoutArray();
  }

  /** Reads a text. If it is not valid JSON, reads it again with the lenient parser. */
  public Document read(String text) {
    Document read = read(strict, text);
    if (read.fault() == null || text.isBlank()) {
      return read;
    }
    Document odd = read(lenient, text);
    return odd.fault() != null || odd.roots().size() != 1
        ? odd
        : new Document(write(odd.roots().get(0)), odd.roots(), null);
  }

  /**
   * Returns the node as JSON text. A number that JSON cannot express, such as NaN, becomes a
   * string.
   */
  public static String write(JsonNode node) {
    try {
      return WRITER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // writing to memory does not fail
    }
  }

  /** Decodes bytes as text, without a byte order mark. Bytes that are not UTF-8 become U+FFFD. */
  public static String text(byte[] body) {
    String text = new String(body, charset(body));
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /**
   * Detects the encoding of JSON. It begins with an ASCII character, so a zero byte distinguishes
   * UTF-16 from UTF-8 (RFC 4627, section 3).
   */
  private static Charset charset(byte[] body) {
    if (body.length < 2 || (body[0] != 0 && body[1] != 0 && body[0] != -1 && body[0] != -2)) {
      return StandardCharsets.UTF_8;
    }
    if ((body[0] == -1 && body[1] == -2) || (body[0] == -2 && body[1] == -1)) {
      return StandardCharsets.UTF_16;
    }
    boolean ascii = body[0] > 0 || body[1] > 0;
    if (!ascii) {
      return StandardCharsets.UTF_8;
    }
    return body[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
  }

  private static Document read(JsonFactory json, String text) {
    List<JsonNode> roots = new ArrayList<>(1);
    String fault = null;
    try (JsonParser in = json.createParser(text)) {
      while (in.nextToken() != null) {
        value(in, roots::add);
      }
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      fault = "not valid JSON, from character " + (at == null ? 0 : at.getCharOffset());
    } catch (IOException e) {
      fault = "not valid JSON";
    }
    return new Document(text, List.copyOf(roots), fault);
  }

  /**
   * Receives a parsed value. A container is passed before it is filled, so that it is kept if the
   * rest of the JSON is malformed.
   */
  @FunctionalInterface
  private interface Place {
    void put(JsonNode node);
  }

  private static void value(JsonParser in, Place place) throws IOException {
    if (in.currentToken() == JsonToken.START_OBJECT) {
      ObjectNode object = NODES.objectNode();
      place.put(object);
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        String member = name;
        in.nextToken();
        value(in, node -> object.set(member, node));
      }
    } else if (in.currentToken() == JsonToken.START_ARRAY) {
      ArrayNode array = NODES.arrayNode();
      place.put(array);
      while (in.nextToken() != JsonToken.END_ARRAY) {
        value(in, array::add);
      }
    } else {
      place.put(scalar(in));
    }
  }

  private static JsonNode scalar(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_STRING -> NODES.textNode(in.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(in);
      default -> NODES.nullNode();
    };
  }

  private static JsonNode number(JsonParser in) throws IOException {
    if (in.isNaN()) {
      return NODES.numberNode(in.getDoubleValue());
    }
    if (in.getTextLength() > MAX_DIGITS) {
      return NODES.textNode(in.getText());
    }
    if (in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
      try {
        return NODES.numberNode(in.getDecimalValue());
      } catch (NumberFormatException e) {
        return NODES.textNode(in.getText()); // its exponent has too many digits
      }
    }
    return switch (in.getNumberType()) {
      case INT -> NODES.numberNode(in.getIntValue());
      case LONG -> NODES.numberNode(in.getLongValue());
      default -> NODES.numberNode(in.getBigIntegerValue());
    };
  }
}
