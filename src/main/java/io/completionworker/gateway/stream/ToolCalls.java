// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.gateway.json.AnswerJson;
import io.completionworker.gateway.json.ChoiceDecoder;
import io.completionworker.gateway.json.LenientJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one streamed choice. Determines to which call each piece belongs, although
 * endpoints omit the index, give all calls the index 0, send ids that are empty, repeated or
 * missing, and interleave calls.
 *
 * <p>A piece continues the latest call with its index, else the call with its id, else the last
 * call. It begins another call if it has a different id or a different name, or if it begins new
 * arguments while those of the call are complete. Not thread-safe.
 */
final class ToolCalls {

  private final DeltaMerge merge;
  private final ArrayNode whole;
  private final List<Call> calls = new ArrayList<>();
  private final Map<Integer, Call> latest = new HashMap<>();
  private final Map<String, Call> byId = new HashMap<>();

  /**
   * Creates an empty list of calls.
   *
   * @param whole array in which the calls are merged
   */
  ToolCalls(DeltaMerge merge, ArrayNode whole) {
    this.merge = merge;
    this.whole = whole;
  }

  int size() {
    return calls.size();
  }

  /**
   * Adds the pieces of one delta.
   *
   * @return the changes of the tool calls, each with the index of its call in the answer
   */
  List<ToolCallDelta> add(JsonNode pieces) {
    List<ToolCallDelta> added = new ArrayList<>(pieces.size());
    if (pieces instanceof ObjectNode only && !only.isEmpty()) {
      added.add(add(Piece.of(only, null)));
      return added;
    }
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i) instanceof ObjectNode piece) {
        added.add(add(Piece.of(piece, pieces.size() > 1 ? i : null)));
      }
    }
    return added;
  }

  private ToolCallDelta add(Piece piece) {
    Call call = find(piece);
    if (call == null) {
      return begin(piece).add(piece);
    }
    if (call.endsBefore(piece)) {
      Piece next = piece.named(call.name);
      return begin(next).add(next);
    }
    if (piece.index != null) {
      latest.put(piece.index, call);
    }
    return call.add(piece);
  }

  private Call begin(Piece piece) {
    ObjectNode node = whole.objectNode();
    whole.add(node);
    var call = new Call(calls.size(), node);
    calls.add(call);
    latest.put(piece.index == null ? call.place : piece.index, call);
    return call;
  }

  /** Returns the call that the piece belongs to or follows; null if the piece begins a call. */
  private @Nullable Call find(Piece piece) {
    Call last = calls.isEmpty() ? null : calls.get(calls.size() - 1);
    Call call = piece.index == null ? last : latest.get(piece.index);
    if (last == null || call == null) {
      // some endpoints number pieces instead of calls
      boolean goesOn = piece.id == null && piece.name == null;
      return goesOn && last != null && !(last.isWhole() && piece.begins("{")) ? last : null;
    }
    boolean otherId = piece.id != null && call.id != null && !piece.id.equals(call.id);
    if (otherId && call.goesOnUnderAnyId(piece) && !byId.containsKey(piece.id)) {
      return call; // some endpoints make up an id for each piece
    }
    if (otherId || (piece.id != null && piece.index == null)) {
      Call known = byId.get(piece.id);
      call = known == null && !otherId && call.id == null ? call : known;
    }
    return call;
  }

  /** A piece, with the members that distinguish calls. */
  private record Piece(
      ObjectNode node,
      @Nullable Integer index,
      @Nullable String id,
      @Nullable String name,
      @Nullable String arguments) {

    /**
     * Reads a piece.
     *
     * @param place position among the pieces of the same delta, used if there is no index and no id
     */
    static Piece of(ObjectNode node, @Nullable Integer place) {
      JsonNode called = ChoiceDecoder.called(node);
      String id = LenientJson.word(node.path("id"));
      Integer index = LenientJson.small(node.path("index"));
      String arguments = null;
      String name = null;
      if (called instanceof ObjectNode function) {
        name = LenientJson.word(function.path("name"));
        arguments = text(function, "arguments");
        arguments = arguments == null ? text(function, "input") : arguments;
      }
      return new Piece(node, index == null && id == null ? place : index, id, name, arguments);
    }

    /**
     * Returns a member as text. In the API, arguments are text. Some endpoints send the object that
     * the text would contain, which is then replaced by its text.
     */
    private static @Nullable String text(ObjectNode function, String name) {
      JsonNode said = function.path(name);
      if (said.isContainerNode() || said.isBoolean()) {
        String text = AnswerJson.write(said);
        function.set(name, TextNode.valueOf(text));
        return text;
      }
      return LenientJson.text(said);
    }

    /** Returns the piece with this name if it has none. */
    Piece named(String given) {
      if (name != null || !(ChoiceDecoder.called(node) instanceof ObjectNode function)) {
        return this;
      }
      function.put("name", given);
      return new Piece(node, index, id, given, arguments);
    }

    boolean begins(String opening) {
      return arguments != null && arguments.stripLeading().startsWith(opening);
    }

    boolean hasArguments() {
      return arguments != null && !arguments.isBlank();
    }
  }

  /** A call, as far as it was received. */
  private final class Call {

    private final int place;
    private final ObjectNode node;
    private JsonEnd end = new JsonEnd();
    private @Nullable String id;
    private String name = "";

    /** Whether a piece after the end gave the name again, so that another call may follow. */
    private boolean announced;

    /** The length of the arguments, known without a copy of them. */
    private int length;

    Call(int place, ObjectNode node) {
      this.place = place;
      this.node = node;
    }

    boolean isWhole() {
      return end.reached();
    }

    /** Whether the piece cannot begin a call, so that its id does not matter. */
    boolean goesOnUnderAnyId(Piece piece) {
      return piece.name == null
          || (piece.name.equals(name) && end.open() && piece.hasArguments() && !piece.begins("{"));
    }

    /** Whether the piece belongs to a call after this one. */
    boolean endsBefore(Piece piece) {
      if (piece.name == null) {
        return announced && end.reached() && piece.begins("{");
      }
      if (name.isEmpty()) {
        return false;
      }
      if (piece.name.equals(name)) {
        return end.reached() && piece.begins("{") && !repeats(piece);
      }
      return end.begun() || piece.hasArguments() || piece.node.path("type").isTextual();
    }

    /** Whether the piece is the whole call again, which some endpoints send after its pieces. */
    private boolean repeats(Piece piece) {
      JsonNode called = ChoiceDecoder.called(node);
      return piece.id != null
          && piece.id.equals(id)
          && end.reached()
          && piece.arguments != null
          && piece.arguments.length() == length
          && called != null
          && piece.arguments.equals(ChoiceDecoder.arguments(called));
    }

    /** Drops empty arguments, which some endpoints send before the actual ones. */
    private void dropPlaceholder(Piece piece) {
      if (end.reached()
          && length == 2
          && piece.begins("{")
          && ChoiceDecoder.called(node) instanceof ObjectNode function
          && "{}".equals(ChoiceDecoder.arguments(function))) {
        function.put("arguments", "");
        end = new JsonEnd();
        length = 0;
      }
    }

    ToolCallDelta add(Piece piece) {
      if (name.equals(piece.name)) {
        announced = end.reached() && !piece.hasArguments(); // its arguments may follow
      }
      if (repeats(piece)) {
        return ToolCallDelta.newBuilder().setIndex(place).build();
      }
      final String idBefore = id;
      final String typeBefore = LenientJson.word(node.path("type"));
      final String nameBefore = name;
      dropPlaceholder(piece);
      piece.node.remove("index");
      merge.merge(node, piece.node);
      id = LenientJson.word(node.path("id"));
      if (id != null) {
        byId.put(id, this);
      }
      JsonNode called = piece.name == null ? null : ChoiceDecoder.called(node);
      name = called == null ? name : LenientJson.orEmpty(LenientJson.text(called.path("name")));
      if (piece.arguments != null) {
        end.read(piece.arguments);
        length += piece.arguments.length();
      }
      String type = LenientJson.word(node.path("type"));
      return new ToolCallDelta(
          place,
          Objects.equals(id, idBefore) ? null : id,
          Objects.equals(type, typeBefore) ? null : type,
          name.equals(nameBefore) ? null : name.substring(nameBefore.length()),
          piece.arguments);
    }
  }
}
