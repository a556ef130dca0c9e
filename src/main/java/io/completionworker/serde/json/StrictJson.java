// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The rules by which the worker reads JSON from topics and files: standard JSON in UTF-8, without
 * duplicate members, and not nested deeper than any sensible schema. Faults are described without a
 * quote, since the text may be a prompt.
 */
public final class StrictJson {

  /** Maximum nesting depth: deeper than any schema, and far from what would overflow a stack. */
  public static final int DEEPEST = 200;

  private static final int LONGEST_PATH = 200;

  private static final char REPLACEMENT = '\ufffd';
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names come from untrusted input
          .build();

  private StrictJson() {}

  /** Returns the factory of parsers with these rules. */
  public static JsonFactory factory() {
    return FACTORY;
  }

  /**
   * Decodes UTF-8, without a byte order mark.
   *
   * @throws CharacterCodingException if the bytes are not UTF-8
   */
  public static String text(byte[] json) throws CharacterCodingException {
    String text = new String(json, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      // the character was in the input, or it replaces invalid bytes: a new decoder reports those
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
    }
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** Describes what is wrong with the JSON. The parser's own message may quote it. */
  public static String fault(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    if (message.startsWith("Duplicate field")) {
      return "is not valid JSON: a member occurs twice";
    }
    if (message.startsWith("Trailing token")) {
      return "is not valid JSON: there is more behind its end";
    }
    if (message.contains("nesting depth")) {
      return "is nested deeper than " + DEEPEST;
    }
    if (message.contains("Number value length")) {
      return "has a number of too many digits";
    }
    if (message.startsWith("Unexpected end-of-input")) {
      return "is not valid JSON: it ends too early";
    }
    return "is not valid JSON";
  }

  /**
   * Returns the path of the parser's position, such as {@code messages[2].content}; empty at the
   * top.
   */
  static String path(JsonParser in) {
    JsonStreamContext context = in.getParsingContext();
    boolean opened = in.currentToken() != null && in.currentToken().isStructStart();
    return path(opened && context.getParent() != null ? context.getParent() : context);
  }

  /** Returns the path of the parser's position when it threw; empty if it is not known. */
  public static String path(JsonProcessingException e) {
    return e.getProcessor() instanceof JsonParser in ? path(in.getParsingContext()) : "";
  }

  private static String path(JsonStreamContext context) {
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext at = context; at != null && !at.inRoot(); at = at.getParent()) {
      if (at.inArray()) {
        path.insert(0, "[" + Math.max(0, at.getCurrentIndex()) + "]");
      } else if (at.getCurrentName() != null) {
        path.insert(0, (isBelow(at) ? "." : "") + at.getCurrentName());
      }
    }
    return path.length() <= LONGEST_PATH
        ? path.toString()
        : path.substring(0, LONGEST_PATH) + "...";
  }

  private static boolean isBelow(JsonStreamContext object) {
    return object.getParent() != null && !object.getParent().inRoot();
  }
}
