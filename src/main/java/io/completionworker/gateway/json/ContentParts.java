// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of a message. Providers send them as one string, as a list of typed parts, or
 * under a name of their own.
 */
final class ContentParts {

  private static final Set<String> TEXT = Set.of("", "text", "output_text");

  private static final Set<String> REASONING =
      Set.of(
          "thinking",
          "reasoning",
          "reasoning_text",
          "reasoning.text",
          "reasoning.summary",
          "summary_text");

  private static final Set<String> REFUSAL = Set.of("refusal");

  /** Members that hold the reasoning as a string. The first one that is not empty counts. */
  private static final String[] REASONING_NAMES = {
    "reasoning_content", "reasoning", "thinking", "reasoning_text"
  };

  /**
   * Members that hold the reasoning as a list of parts: those of OpenRouter and LiteLLM, and the
   * content itself.
   */
  private static final String[] REASONING_LISTS = {
    "reasoning_details", "thinking_blocks", "content", "content_blocks"
  };

  /** Members that hold the text of a part. */
  private static final String[] PART_TEXTS = {
    "text", "thinking", "reasoning", "refusal", "summary", "content", "value"
  };

  private ContentParts() {}

  /** Returns the text of a message or a delta, or null if it has none. */
  static @Nullable String content(JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isObject() && !content.has("type") && !content.has("text")) {
      return AnswerJson.write(content); // structured output that was not turned into a string
    }
    String text = joined(content, TEXT);
    return text == null ? joined(message.path("content_blocks"), TEXT) : text;
  }

  static @Nullable String refusal(JsonNode message) {
    String refusal = LenientJson.text(message.path("refusal"));
    return refusal == null && message.path("content").isContainerNode()
        ? joined(message.path("content"), REFUSAL)
        : refusal;
  }

  static @Nullable String reasoning(JsonNode message) {
    String empty = null;
    for (String name : REASONING_NAMES) {
      JsonNode said = message.path(name);
      String text = said.isContainerNode() ? anyText(said) : LenientJson.text(said);
      if (text != null && !text.isEmpty()) {
        return text;
      }
      empty = empty == null ? text : empty;
    }
    for (String name : REASONING_LISTS) {
      JsonNode parts = message.path(name);
      String text = parts.isContainerNode() ? joined(parts, REASONING) : null;
      if (text != null) {
        return text;
      }
    }
    return empty;
  }

  /** Returns the joined texts of all parts of these kinds, or null if there is no such part. */
  private static @Nullable String joined(JsonNode content, Set<String> kinds) {
    if (!content.isContainerNode()) {
      return LenientJson.text(content);
    }
    if (content.isObject()) {
      JsonNode thinking = content.path("delta").path("thinking"); // Anthropic behind the gateway
      if (kinds.equals(REASONING) && thinking.isTextual()) {
        return thinking.textValue();
      }
      String kind = LenientJson.text(content.path("type"));
      return kinds.contains(LenientJson.orEmpty(kind)) ? anyText(content) : null;
    }
    StringBuilder all = null;
    for (JsonNode part : content) {
      boolean text = part.isContainerNode() || kinds.contains("");
      String piece = text ? joined(part, kinds) : null;
      if (piece != null) {
        all = (all == null ? new StringBuilder() : all).append(piece);
      }
    }
    return all == null ? null : all.toString();
  }

  /** Returns the text of a part or of the parts in it, or null if there is none. */
  private static @Nullable String anyText(JsonNode part) {
    if (!part.isContainerNode()) {
      return LenientJson.text(part);
    }
    if (part.isObject()) {
      for (String name : PART_TEXTS) {
        String text = anyText(part.path(name));
        if (text != null) {
          return text;
        }
      }
      return null;
    }
    StringBuilder all = null;
    for (JsonNode element : part) {
      String piece = anyText(element);
      if (piece != null) {
        all = (all == null ? new StringBuilder() : all).append(piece);
      }
    }
    return all == null ? null : all.toString();
  }
}
