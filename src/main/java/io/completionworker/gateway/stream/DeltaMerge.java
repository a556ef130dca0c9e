// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.gateway.json.AnswerJson;
import io.completionworker.gateway.json.LenientJson;
import io.completionworker.gateway.stream.MergedChoice.GrowingText;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges the pieces of a streamed message as JSON, whatever its members are. Strings are joined,
 * objects are merged, and elements of lists are merged by their {@code index}, else by their {@code
 * id}. For any other value, the last one counts. Not thread-safe.
 */
final class DeltaMerge {

  /** Members that label something and do not grow: the first value stays. */
  private static final Set<String> LABELS =
      Set.of(
          "id",
          "type",
          "role",
          "object",
          "model",
          "format",
          "url",
          "title",
          "mime_type",
          "media_type",
          "status",
          "provider",
          "detail");

  /** The member that marks the last piece of a part. */
  private static final String SIGNATURE = "signature";

  /** Members that some endpoints send in pieces and others send repeatedly. */
  private static final Set<String> SAID_ONCE =
      Set.of("name", SIGNATURE, "thought_signature", "encrypted_content");

  /** The members of a text part. Adjacent text parts of the same type are merged into one. */
  private static final Set<String> TEXT_PART = Set.of("type", "text", "thinking", SIGNATURE);

  /** Lists of complete elements, whose index may start again. Copies of an element are dropped. */
  private static final Set<String> WITHOUT_COPIES = Set.of("annotations", "citations", "images");

  /** The number of elements that are searched for a match, so that no list takes quadratic time. */
  private static final int LOOK_BACK = 1_000;

  private static final int ELEMENT_BYTES = 32;
  private static final int SCALAR_BYTES = 4;

  private long bytes;

  /** Returns the approximate size of everything that was merged, as JSON. */
  long bytes() {
    return bytes;
  }

  /** Adds a piece to an object. */
  void merge(ObjectNode whole, JsonNode piece) {
    for (Map.Entry<String, JsonNode> member : piece.properties()) {
      merge(whole, member.getKey(), member.getValue());
    }
  }

  /** Adds a piece to a member of an object. */
  void merge(ObjectNode whole, String name, JsonNode piece) {
    JsonNode before = whole.get(name);
    if (before == null || before.isNull()) {
      put(whole, name, piece);
    } else if (piece.isNull()) {
      return; // adds nothing
    } else if (before.isTextual() && (piece.isTextual() || piece.isNumber())) {
      text(whole, name, before, piece.asText());
    } else if (before instanceof ObjectNode object && piece.isObject()) {
      merge(object, piece);
    } else if (before instanceof ArrayNode list) {
      append(name, list, piece.isArray() ? piece : listOf(piece));
    } else if (piece.isArray() && before.isTextual()) {
      ArrayNode list = whole.arrayNode();
      if (!before.textValue().isEmpty()) {
        list.add(textPart(before.textValue()));
      }
      whole.set(name, list);
      append(name, list, piece);
    } else if (before.isTextual() && piece.isObject() && !before.textValue().isEmpty()) {
      JsonNode said = piece.path("text");
      text(whole, name, before, said.isTextual() ? said.textValue() : json(piece));
    } else if (before.isTextual() && piece.isBoolean() && !before.textValue().isEmpty()) {
      return; // not a text
    } else {
      replace(whole, name, piece);
    }
  }

  private static String json(JsonNode piece) {
    return piece.isEmpty() ? "" : AnswerJson.write(piece);
  }

  /** Sets a member to its latest value. */
  void replace(ObjectNode whole, String name, JsonNode value) {
    JsonNode before = whole.get(name);
    if (before != null) {
      bytes -= weight(before) + name.length();
    }
    put(whole, name, value);
  }

  private void put(ObjectNode whole, String name, JsonNode value) {
    whole.set(name, value);
    bytes += weight(value) + name.length();
  }

  private void text(ObjectNode whole, String name, JsonNode before, String piece) {
    if (piece.isEmpty()
        || (isLabel(name) && !before.textValue().isBlank())
        || (SAID_ONCE.contains(name) && says(before, piece))) {
      return;
    }
    bytes += piece.length();
    if (before instanceof GrowingText growing) {
      growing.append(piece);
    } else {
      var growing = new GrowingText(before.textValue());
      growing.append(piece);
      whole.set(name, growing);
    }
  }

  /** Whether the text equals the piece. Does not copy a long text. */
  private static boolean says(JsonNode text, String piece) {
    return text instanceof GrowingText growing
        ? growing.says(piece)
        : text.textValue().equals(piece);
  }

  private static boolean isLabel(String name) {
    return LABELS.contains(name) || name.endsWith("_id") || name.endsWith("_type");
  }

  private static ArrayNode listOf(JsonNode piece) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    if (!piece.isTextual()) {
      return list.add(piece);
    }
    return piece.textValue().isEmpty() ? list : list.add(textPart(piece.textValue()));
  }

  private static ObjectNode textPart(String text) {
    return JsonNodeFactory.instance.objectNode().put("type", "text").put("text", text);
  }

  private void append(String name, ArrayNode whole, JsonNode pieces) {
    for (JsonNode piece : pieces) {
      boolean things = WITHOUT_COPIES.contains(name);
      ObjectNode same = piece.isObject() && !things ? same(whole, piece) : null;
      if (same != null) {
        merge(same, piece);
      } else if (!(things && contains(whole, piece))) {
        whole.add(piece);
        bytes += ELEMENT_BYTES + weight(piece);
      }
    }
  }

  private static boolean contains(ArrayNode whole, JsonNode piece) {
    for (int i = whole.size() - 1; i >= Math.max(0, whole.size() - LOOK_BACK); i--) {
      if (whole.get(i).equals(piece)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the element that the piece continues, or null if the piece begins another one. */
  private static @Nullable ObjectNode same(ArrayNode whole, JsonNode piece) {
    Integer index = LenientJson.small(piece.path("index"));
    String id = LenientJson.word(piece.path("id"));
    if (index == null && id == null) {
      JsonNode last = whole.path(whole.size() - 1);
      boolean goesOn =
          isText(last)
              && isText(piece)
              && sameType(last, piece)
              && LenientJson.word(last.path(SIGNATURE)) == null;
      return goesOn ? (ObjectNode) last : null;
    }
    for (int i = whole.size() - 1; i >= Math.max(0, whole.size() - LOOK_BACK); i--) {
      if (whole.get(i) instanceof ObjectNode element && sameType(element, piece)) {
        boolean same =
            index == null
                ? Objects.equals(id, LenientJson.word(element.path("id")))
                : index.equals(LenientJson.small(element.path("index")));
        if (same) {
          return element;
        }
      }
    }
    return null;
  }

  private static boolean sameType(JsonNode element, JsonNode piece) {
    String type = LenientJson.word(piece.path("type"));
    String before = LenientJson.word(element.path("type"));
    return type == null || before == null || type.equals(before);
  }

  private static boolean isText(JsonNode part) {
    if (!part.isObject() || !part.has("type")) {
      return false;
    }
    for (var member : part.properties()) {
      if (!TEXT_PART.contains(member.getKey())) {
        return false;
      }
    }
    return true;
  }

  private static long weight(JsonNode node) {
    if (!node.isContainerNode()) {
      return node.isTextual() ? node.textValue().length() : SCALAR_BYTES;
    }
    long weight = 0;
    for (JsonNode element : node) {
      weight += weight(element) + (element.isContainerNode() ? ELEMENT_BYTES : 1);
    }
    return weight;
  }
}
