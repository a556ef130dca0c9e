package io.completionworker.cli.body;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * JSON objects as they are written: numbers keep all of their digits, and a member that occurs
 * twice is a fault, because readers differ in which of them counts.
 */
public final class BodyJson {

  /** Deeper than any schema is, and far from what would exhaust a stack. */
  private static final int DEEPEST = 200;

  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader();

  private BodyJson() {}

  /**
   * Reads one object of UTF-8 text.
   *
   * @throws BodyFaultException with the column, when it is not one JSON object
   */
  public static ObjectNode read(byte[] json) {
    try {
      JsonNode node = READER.readTree(json);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw BodyFaultException.wrong("the line", "is not a JSON object");
    } catch (JsonProcessingException e) {
      throw BodyFaultException.wrong(place(e), why(e));
    } catch (IOException e) {
      throw BodyFaultException.wrong("the line", "is not UTF-8"); // memory does not fail
    }
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null || at.getColumnNr() < 1 ? "the line" : "column " + at.getColumnNr();
  }

  /** The parser's own words may quote the text, and a text may be a prompt. */
  private static String why(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    if (message.startsWith("Duplicate field")) {
      return "is not valid JSON: a member occurs twice";
    }
    if (message.contains("nesting depth")) {
      return "is nested deeper than " + DEEPEST;
    }
    if (message.startsWith("Unexpected end-of-input")) {
      return "is not valid JSON: it ends too early";
    }
    return "is not valid JSON";
  }
}
