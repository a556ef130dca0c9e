// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A change to what an endpoint sends: to a member of its JSON, or to its events.
 *
 * @param where which one, of as many as there are
 * @param what what it becomes, or where it goes
 */
record Mutation(Kind kind, int where, int what) {

  /** What is done. */
  enum Kind {
    DROP,
    DOUBLE,
    MOVE,
    RENAME,
    RETYPE,
    DROP_EVENT,
    DOUBLE_EVENT,
    SWAP_EVENTS,
    JOIN_EVENTS,
    SPLIT_EVENT
  }

  private static final List<String> NAMES =
      List.of(
          "content",
          "reasoning",
          "text",
          "delta",
          "message",
          "finish_reason",
          "index",
          "id",
          "type",
          "tool_calls",
          "function",
          "arguments",
          "name",
          "choices",
          "usage",
          "error",
          "x");

  private static final List<String> VALUES =
      List.of(
          "null",
          "\"\"",
          "\"text\"",
          "\"0\"",
          "0",
          "1",
          "-1",
          "1.5",
          "12345678901234567890",
          "1e400",
          "true",
          "[]",
          "{}",
          "[null]",
          "[{}]",
          "{\"a\":[1]}");

  private static final String EVENT_END = "\n\n";
  private static final int MOST = 10_000;

  /** One to four changes. */
  static Arbitrary<List<Mutation>> several() {
    Arbitrary<Integer> places = Arbitraries.integers().between(0, MOST).withoutEdgeCases();
    return Combinators.combine(Arbitraries.of(Kind.class), places, places)
        .as(Mutation::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  /** Events of a body; one when it is no stream of them. */
  static List<String> events(String body) {
    List<String> events = new ArrayList<>();
    Collections.addAll(events, body.split("(?<=" + EVENT_END + ")", -1));
    events.removeIf(String::isEmpty);
    return events;
  }

  /** What comes after {@code data:}, or all of it. */
  static String data(String event) {
    String data = event.strip();
    while (data.startsWith("data:")) {
      data = data.substring("data:".length()).strip();
    }
    return data;
  }

  /** The body after all of these changes, in order. */
  static String apply(String body, List<Mutation> mutations) {
    List<String> events = events(body);
    for (Mutation mutation : mutations) {
      if (!events.isEmpty()) {
        mutation.apply(events);
      }
    }
    return String.join("", events);
  }

  private void apply(List<String> events) {
    int at = where % events.size();
    int other = what % events.size();
    String event = events.get(at);
    switch (kind) {
      case DROP_EVENT -> events.remove(at);
      case DOUBLE_EVENT -> events.add(other, event);
      case SWAP_EVENTS -> Collections.swap(events, at, other);
      case JOIN_EVENTS -> events.set(at, event.stripTrailing());
      case SPLIT_EVENT -> {
        int cut = what % (event.length() + 1);
        events.set(at, event.substring(0, cut) + EVENT_END + event.substring(cut));
      }
      default -> events.set(at, changed(event));
    }
  }

  private String changed(String event) {
    String data = data(event);
    try {
      JsonNode root = CaseFile.STRICT.readTree(data);
      List<Place> places = new ArrayList<>();
      collect(root, places);
      return places.isEmpty() ? event : event.replace(data, changed(root, places));
    } catch (JsonProcessingException e) {
      return event; // no JSON, such as [DONE]
    }
  }

  private String changed(JsonNode root, List<Place> places) throws JsonProcessingException {
    Place place = places.get(where / 7 % places.size());
    JsonNode value = place.parent.get(place.name);
    switch (kind) {
      case DROP -> place.parent.remove(place.name);
      case DOUBLE -> {
        String member = CaseFile.STRICT.writeValueAsString(place.name) + ":" + value;
        return root.toString().replace(member, member + "," + member);
      }
      case MOVE -> {
        ObjectNode to = places.get(what % places.size()).parent;
        place.parent.remove(place.name);
        to.set(place.name, value.deepCopy());
      }
      case RENAME -> {
        place.parent.remove(place.name);
        place.parent.set(NAMES.get(what % NAMES.size()), value);
      }
      default ->
          place.parent.set(place.name, CaseFile.STRICT.readTree(VALUES.get(what % VALUES.size())));
    }
    return root.toString();
  }

  private static void collect(JsonNode node, List<Place> places) {
    if (node instanceof ObjectNode object) {
      object.fieldNames().forEachRemaining(name -> places.add(new Place(object, name)));
      object.forEach(child -> collect(child, places));
    } else if (node instanceof ArrayNode array) {
      array.forEach(child -> collect(child, places));
    }
  }

  private record Place(ObjectNode parent, String name) {}
}
