// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.serde.json.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Map;

/**
 * Parses JSON objects without loss. Numbers keep all their digits. A duplicate member is a fault,
 * because readers differ in which one they use.
 */
public final class BodyJson {

  private static final ObjectReader READER =
      JsonMapper.builder(StrictJson.factory())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader();

  private BodyJson() {}

  /**
   * Parses one object from UTF-8 text.
   *
   * @throws BodyFaultException with the column, if the text is not one JSON object
   */
  public static ObjectNode read(byte[] json) {
    try {
      return object(READER.readTree(json), "the line");
    } catch (JsonProcessingException e) {
      throw BodyFaultException.wrong(place(e), StrictJson.fault(e));
    } catch (IOException e) {
      // reading from memory has no other I/O errors
      throw BodyFaultException.wrong("the line", "is not UTF-8");
    }
  }

  /**
   * Parses the value of a record, and checks that every string in it can be written again.
   *
   * @throws BodyFaultException with the path, if the value is not one JSON object in UTF-8
   */
  public static ObjectNode readValue(byte[] json) {
    try {
      return parsed(StrictJson.text(json));
    } catch (CharacterCodingException e) {
      throw BodyFaultException.wrong("the value", "is not UTF-8");
    }
  }

  /** Parses text in the same way. */
  public static ObjectNode parsed(String text) {
    ObjectNode object;
    try {
      object = object(READER.readTree(text), "the value");
    } catch (JsonProcessingException e) {
      String path = StrictJson.path(e);
      throw BodyFaultException.wrong(path.isEmpty() ? "the value" : path, StrictJson.fault(e));
    }
    if (text.contains("\\ud")
        || text.contains("\\uD")) { // only an escape can give half a surrogate pair
      requireWhole(object, "");
    }
    return object;
  }

  private static ObjectNode object(JsonNode node, String what) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw BodyFaultException.wrong(what, "is not a JSON object");
  }

  private static void requireWhole(JsonNode node, String path) {
    if (node.isTextual() && isHalf(node.textValue())) {
      throw BodyFaultException.wrong(path, "has half a surrogate pair");
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      requireWhole(node.get(i), path + "[" + i + "]");
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (isHalf(member.getKey())) {
        throw BodyFaultException.wrong(
            path.isEmpty() ? "the value" : path, "has half a surrogate pair in a name");
      }
      requireWhole(
          member.getValue(), path.isEmpty() ? member.getKey() : path + "." + member.getKey());
    }
  }

  private static boolean isHalf(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null || at.getColumnNr() < 1 ? "the line" : "column " + at.getColumnNr();
  }

  /**
   * Thrown for a body that no record can represent. The message names the field and quotes nothing
   * from it.
   */
  public static final class BodyFaultException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final boolean unknown;

    private BodyFaultException(String message, boolean unknown) {
      super(message);
      this.unknown = unknown;
    }

    /**
     * Creates an exception for a value of a kind that the endpoint's documentation does not allow
     * there.
     */
    public static BodyFaultException wrong(String path, String fault) {
      return new BodyFaultException(path + " " + fault, false);
    }

    /**
     * Creates an exception for a field, or a form of one, that the schema does not have but the
     * endpoint may accept.
     */
    static BodyFaultException unknown(String path, String fault) {
      return new BodyFaultException(path + " " + fault, true);
    }

    /** Whether the endpoint may accept what the schema does not have. */
    boolean isUnknown() {
      return unknown;
    }
  }
}
