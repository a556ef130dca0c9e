// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.gateway.json.ChoiceDecoder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One choice of a streamed answer. Not thread-safe. */
final class MergedChoice {

  private static final List<String> TEXTS =
      List.of("content", "refusal", "reasoning_content", "reasoning");

  private final int index;
  private final DeltaMerge merge;
  private final ObjectNode members = JsonNodeFactory.instance.objectNode();
  private final ObjectNode message = JsonNodeFactory.instance.objectNode();
  private final ArrayNode calls = JsonNodeFactory.instance.arrayNode();
  private final ToolCalls toolCalls;

  /** The whole message, which some endpoints send in addition to deltas or instead of them. */
  private @Nullable ObjectNode snapshot;

  private boolean inDeltas;
  private @Nullable String finishReason;

  MergedChoice(int index, DeltaMerge merge) {
    this.index = index;
    this.merge = merge;
    this.toolCalls = new ToolCalls(merge, calls);
  }

  boolean finished() {
    return finishReason != null;
  }

  int toolCalls() {
    return toolCalls.size();
  }

  /** Adds a piece and returns what is new in it. */
  ChoiceDelta add(ObjectNode piece) {
    ObjectNode delta = delta(piece);
    List<ToolCallDelta> added = null;
    JsonNode pieces = delta.path("tool_calls");
    if (pieces.isContainerNode()) {
      added = toolCalls.add(pieces);
      delta.remove("tool_calls");
    }
    ChoiceDelta read = ChoiceDecoder.delta(index, piece, delta, added);
    merge.merge(message, delta);
    for (Map.Entry<String, JsonNode> member : piece.properties()) {
      describe(member.getKey(), member.getValue());
    }
    finishReason = read.getFinishReason() == null ? finishReason : read.getFinishReason();
    return read;
  }

  private ObjectNode delta(ObjectNode piece) {
    ObjectNode delta = JsonNodeFactory.instance.objectNode();
    if (piece.get("delta") instanceof ObjectNode given) {
      delta = given;
    } else if (piece.path("text").isTextual() && !piece.has("message")) {
      delta.set("content", piece.remove("text")); // as in the older API for completions
    }
    inDeltas |= !delta.isEmpty();
    if (piece.get("message") instanceof ObjectNode given) {
      snapshot = given;
      delta = inDeltas ? delta : added(given);
    }
    for (String name : TEXTS) {
      if (delta.path(name).isNumber()) {
        delta.put(name, delta.path(name).asText());
      }
    }
    return delta;
  }

  /**
   * Returns what a message adds that is sent instead of deltas. Each such message is the next
   * piece, or all text so far.
   */
  private ObjectNode added(ObjectNode given) {
    ObjectNode added = given.deepCopy();
    for (String name : TEXTS) {
      JsonNode before = message.path(name);
      int length = before instanceof GrowingText growing ? growing.length() : 0;
      length = length == 0 ? before.asText("").length() : length;
      String text = given.path(name).asText("");
      if (length > 0 && length <= text.length() && text.startsWith(before.asText(""))) {
        added.put(name, text.substring(length));
      }
    }
    return added;
  }

  private void describe(String name, JsonNode value) {
    switch (name) {
      case "index", "delta", "message", "finish_reason" -> {}
      case "logprobs" -> {
        if (value.isObject()) {
          merge.merge(members, name, value);
        }
      }
      default -> {
        if (value.isArray()) {
          merge.merge(members, name, value);
        } else if (members.get(name) instanceof ObjectNode before && value.isObject()) {
          value.properties().forEach(in -> merge.replace(before, in.getKey(), in.getValue()));
        } else if (!value.isNull() || !members.has(name)) {
          merge.replace(members, name, value);
        }
      }
    }
  }

  /**
   * Returns the choice, as far as it was received, in the form of a choice that is not streamed.
   */
  ObjectNode whole() {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    whole.put("index", index);
    ObjectNode said = whole.putObject("message");
    said.put("role", "assistant");
    said.putNull("content");
    said.putNull("refusal");
    said.setAll(message);
    if (!calls.isEmpty()) {
      said.set("tool_calls", calls);
    }
    fill(said);
    whole.putNull("logprobs");
    whole.setAll(members);
    whole.put("finish_reason", finishReason);
    return whole;
  }

  /** Adds the members of the whole message that no delta had. */
  private void fill(ObjectNode said) {
    if (snapshot == null) {
      return;
    }
    for (Map.Entry<String, JsonNode> member : snapshot.properties()) {
      JsonNode before = said.get(member.getKey());
      boolean absent =
          before == null
              || before.isNull()
              || (before.isTextual() && before.textValue().isEmpty())
              || (before.isArray() && before.isEmpty());
      if (absent) {
        said.set(member.getKey(), member.getValue());
      }
    }
  }

  /** A JSON string that comes in pieces. The cost of an append depends on the piece only. */
  static final class GrowingText extends ValueNode {

    private static final long serialVersionUID = 1L;

    private final StringBuilder pieces;

    GrowingText(String begin) {
      pieces = new StringBuilder(begin);
    }

    void append(String piece) {
      pieces.append(piece);
    }

    int length() {
      return pieces.length();
    }

    /** Whether this string equals the text. */
    boolean says(String text) {
      return pieces.length() == text.length() && text.contentEquals(pieces);
    }

    @Override
    public JsonNodeType getNodeType() {
      return JsonNodeType.STRING;
    }

    @Override
    public JsonToken asToken() {
      return JsonToken.VALUE_STRING;
    }

    @Override
    public String textValue() {
      return pieces.toString();
    }

    @Override
    public String asText() {
      return pieces.toString();
    }

    @Override
    public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
      out.writeString(pieces.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other == this;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
