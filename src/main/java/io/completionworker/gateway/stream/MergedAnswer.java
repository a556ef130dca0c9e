// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.gateway.json.AnswerDecoder.InvalidAnswerException;
import io.completionworker.gateway.json.LenientJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answer that a stream delivers in chunks, with all members of the chunks. Deltas are merged.
 * Of the members beside the deltas, the last value counts, but the first one of the members that
 * identify the answer. Not thread-safe.
 */
final class MergedAnswer {

  private static final Set<String> NAMES = Set.of("id", "object", "created", "model");

  /**
   * The size of each further choice, so that a stream cannot fill the memory with empty choices.
   */
  private static final long EACH_CHOICE = 512;

  private static final long EACH_TOOL_CALL = 128;

  private final DeltaMerge merge = new DeltaMerge();
  private final ObjectNode members = JsonNodeFactory.instance.objectNode();
  private final TreeMap<Integer, MergedChoice> choices = new TreeMap<>();
  private long calls;

  /**
   * Adds a chunk.
   *
   * @return what the chunk adds to each choice
   * @throws InvalidAnswerException if a part of the chunk that may belong to the answer cannot be
   *     read
   */
  List<ChoiceDelta> add(ObjectNode chunk) throws InvalidAnswerException {
    describe(chunk);
    JsonNode pieces = chunk.path("choices");
    if (!pieces.isArray()) {
      if (isNothing(pieces)) {
        return List.of();
      }
      throw new InvalidAnswerException("choices is not an array");
    }
    List<ChoiceDelta> added = new ArrayList<>(pieces.size());
    for (JsonNode piece : pieces) {
      if (piece.isNull()) {
        continue;
      }
      if (!(piece instanceof ObjectNode choice) || !isReadable(choice.path("delta"))) {
        throw new InvalidAnswerException("a choice is no object or its delta is none");
      }
      Integer index = LenientJson.small(choice.path("index"));
      int place = index == null ? added.size() : index;
      MergedChoice whole =
          choices.computeIfAbsent(place, number -> new MergedChoice(number, merge));
      int before = whole.toolCalls();
      added.add(whole.add(choice));
      calls += whole.toolCalls() - before;
    }
    return added;
  }

  private static boolean isReadable(JsonNode delta) {
    return delta.isObject() || isNothing(delta);
  }

  /** Whether a node is absent, null, or what some languages write instead of an empty object. */
  private static boolean isNothing(JsonNode node) {
    return node.isNull()
        || node.isMissingNode()
        || (node.isContainerNode() ? node.isEmpty() : node.isTextual() && node.asText().isEmpty());
  }

  /** Adds the members of a chunk that describe the answer as a whole. */
  void describe(ObjectNode chunk) {
    for (Map.Entry<String, JsonNode> member : chunk.properties()) {
      String name = member.getKey();
      JsonNode value = member.getValue();
      if (name.equals("choices") || name.equals("obfuscation") || value.isNull()) {
        continue; // padding against eavesdroppers does not belong to the answer
      }
      JsonNode before = members.get(name);
      if (before instanceof ObjectNode object && value.isObject()) {
        value.properties().forEach(inner -> update(object, inner.getKey(), inner.getValue()));
      } else if (before instanceof ArrayNode list && value.isArray() && !repeats(value, list)) {
        merge.merge(members, name, value);
      } else if (before == null || !(NAMES.contains(name) ? says(before) : isEmpty(value))) {
        merge.replace(members, name, value);
      }
    }
  }

  /** Whether a list begins with all earlier elements, and so replaces them. Most lists do. */
  private static boolean repeats(JsonNode list, ArrayNode before) {
    if (list.isEmpty() || list.size() < before.size()) {
      return list.isEmpty();
    }
    for (int i = 0; i < before.size(); i++) {
      if (!list.get(i).equals(before.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Sets a member of an object. Counts are never added up: the last ones apply to the whole answer.
   */
  private void update(ObjectNode object, String name, JsonNode value) {
    if (!value.isNull() || !object.has(name)) {
      merge.replace(object, name, value);
    }
  }

  private static boolean says(JsonNode value) {
    return LenientJson.word(value) != null && !value.asText().equals("0");
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isTextual() ? value.textValue().isEmpty() : value.isArray() && value.isEmpty();
  }

  /**
   * Describes what is missing from the answer, or returns null if it is complete.
   *
   * @param expected number of choices that were requested
   */
  @Nullable String missing(int expected) {
    if (choices.isEmpty()) {
      return "there is no choice";
    }
    for (Map.Entry<Integer, MergedChoice> choice : choices.entrySet()) {
      if (!choice.getValue().finished()) {
        return "choice " + choice.getKey() + " has no finish_reason";
      }
    }
    return choices.size() < expected
        ? "there are " + choices.size() + " choices of " + expected
        : null;
  }

  /** Returns the approximate size of what is kept. */
  long bytes() {
    return merge.bytes() + EACH_CHOICE * Math.max(0, choices.size() - 1) + EACH_TOOL_CALL * calls;
  }

  /**
   * Returns the answer, as far as it was received, in the form of an answer that is not streamed.
   */
  ObjectNode whole() {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    copy(members, whole, "id");
    whole.put("object", "chat.completion");
    copy(members, whole, "created");
    copy(members, whole, "model");
    ArrayNode list = whole.putArray("choices");
    choices.values().forEach(choice -> list.add(choice.whole()));
    members.properties().stream()
        .filter(member -> !NAMES.contains(member.getKey()))
        .forEach(member -> whole.set(member.getKey(), member.getValue()));
    return whole;
  }

  private static void copy(ObjectNode from, ObjectNode to, String name) {
    JsonNode value = from.get(name);
    if (value != null) {
      to.set(name, value);
    }
  }
}
