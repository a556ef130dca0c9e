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
 * The tool calls of one streamed choice. Tells which call each piece belongs to, though endpoints
 * leave the index out, count all calls 0, send ids empty, again or not at all, and interleave.
 *
 * <p>A piece goes on with the latest call of its index, else with the call of its id, else with the
 * last call, unless it begins another: under another id, under another name, or with new arguments
 * where those of the call are complete. Not thread-safe.
 */
final class ToolCalls {

  private final DeltaMerge merge;
  private final ArrayNode whole;
  private final List<Call> calls = new ArrayList<>();
  private final Map<Integer, Call> latest = new HashMap<>();
  private final Map<String, Call> byId = new HashMap<>();

  /**
   * No calls yet.
   *
   * @param whole where they are put together
   */
  ToolCalls(DeltaMerge merge, ArrayNode whole) {
    this.merge = merge;
    this.whole = whole;
  }

  int size() {
    return calls.size();
  }

  /**
   * Adds pieces of one delta.
   *
   * @return what they add to the calls, under the index that each call has in the answer
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
      call = begin(piece);
    } else if (piece.index != null) {
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

  private @Nullable Call find(Piece piece) {
    Call last = calls.isEmpty() ? null : calls.get(calls.size() - 1);
    Call call = piece.index == null ? last : latest.get(piece.index);
    if (last == null || call == null) {
      // some count pieces in place of calls
      boolean goesOn = piece.id == null && piece.name == null;
      return goesOn && last != null && !(last.isWhole() && piece.begins("{")) ? last : null;
    }
    boolean otherId = piece.id != null && call.id != null && !piece.id.equals(call.id);
    if (otherId && call.goesOnUnderAnyId(piece) && !byId.containsKey(piece.id)) {
      return call; // some make up an id for each piece
    }
    if (otherId || (piece.id != null && piece.index == null)) {
      Call known = byId.get(piece.id);
      call = known == null && !otherId && call.id == null ? call : known;
    }
    return call == null || call.endsBefore(piece) ? null : call;
  }

  /** One piece, as far as it tells calls apart. */
  private record Piece(
      ObjectNode node,
      @Nullable Integer index,
      @Nullable String id,
      @Nullable String name,
      @Nullable String arguments) {

    /**
     * @param place among the pieces of the same delta, which counts where nothing else tells
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

    /** Arguments are a text by the API; some send the object that the text would be. */
    private static @Nullable String text(ObjectNode function, String name) {
      JsonNode said = function.path(name);
      if (said.isContainerNode() || said.isBoolean()) {
        String text = AnswerJson.write(said);
        function.set(name, TextNode.valueOf(text));
        return text;
      }
      return LenientJson.text(said);
    }

    boolean begins(String opening) {
      return arguments != null && arguments.stripLeading().startsWith(opening);
    }

    boolean hasArguments() {
      return arguments != null && !arguments.isBlank();
    }
  }

  /** One call, as far as it has come. */
  private final class Call {

    private final int place;
    private final ObjectNode node;
    private JsonEnd end = new JsonEnd();
    private @Nullable String id;
    private String name = "";
    private boolean named;

    /** Of the arguments, so that nothing has to be copied to compare them. */
    private int length;

    Call(int place, ObjectNode node) {
      this.place = place;
      this.node = node;
    }

    boolean isWhole() {
      return end.reached();
    }

    /** Whether this piece cannot begin a call. */
    boolean goesOnUnderAnyId(Piece piece) {
      return piece.name == null
          || (piece.name.equals(name) && end.open() && piece.hasArguments() && !piece.begins("{"));
    }

    /** Whether this piece belongs to a call after this one. */
    boolean endsBefore(Piece piece) {
      if (piece.name == null) {
        boolean another = named && end.reached() && piece.begins("{");
        if (another && ChoiceDecoder.called(piece.node) instanceof ObjectNode function) {
          function.put("name", name);
        }
        return another;
      }
      if (name.isEmpty()) {
        return false;
      }
      if (piece.name.equals(name)) {
        boolean another = end.reached() && piece.begins("{") && !repeats(piece);
        named = end.reached() && !piece.hasArguments(); // its arguments may follow
        return another;
      }
      return end.begun() || piece.hasArguments() || piece.node.path("type").isTextual();
    }

    /** Whether a piece is the whole call once more, which some endpoints send behind its pieces. */
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

    /** Some endpoints begin with empty arguments, and send the true ones behind them. */
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
