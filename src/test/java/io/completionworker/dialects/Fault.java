// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A fault that is put into an answer, where some endpoint was seen to put it. */
enum Fault {
  AT_THE_TOP("{", "\"error\":{\"message\":\"planted\",\"code\":500},"),
  AS_TEXT("{", "\"error\":\"planted\","),
  IN_A_CHOICE("\"choices\":[{", "\"error\":{\"message\":\"planted\",\"code\":\"server_error\"},"),
  IN_A_DELTA("\"delta\":{", "\"error\":{\"message\":\"planted\",\"code\":503},"),
  IN_A_MESSAGE("\"message\":{", "\"error\":{\"message\":\"planted\",\"type\":\"server_error\"},"),
  AS_A_NAMED_EVENT("", "event: error\ndata: {\"error\":{\"message\":\"planted\"}}\n\n"),
  AS_AN_EVENT("", "data: {\"error\":{\"message\":\"planted\",\"code\":500}}\n\n");

  private final String behind;
  private final String text;

  Fault(String behind, String text) {
    this.behind = behind;
    this.text = text;
  }

  /**
   * Puts it into one of the events that count; leaves the body as it is where there is no place.
   *
   * @param where which of them, of as many as there are
   */
  String put(String body, int where) {
    List<String> events = new ArrayList<>(Mutation.events(body));
    boolean streamed = ("\n" + body).contains("\ndata:");
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (Set.of("[DONE]", "\"[DONE]\"").contains(Mutation.data(events.get(i)))) {
        break;
      }
      if (events.get(i).startsWith("data:") == streamed && fits(events.get(i))) {
        places.add(i);
      }
    }
    if (places.isEmpty()) {
      return body;
    }
    int at = places.get(where % places.size());
    events.set(at, with(events.get(at)));
    return String.join("", events);
  }

  boolean isIn(String body) {
    return body.contains(text);
  }

  private boolean fits(String event) {
    if (behind.isEmpty()) {
      return event.startsWith("data:");
    }
    String data = Mutation.data(event.contains(behind) ? with(event) : "");
    return SentTexts.isObject(data) && isFound(ExpectedAnswer.json(data));
  }

  private String with(String event) {
    int from = event.indexOf(behind) + behind.length();
    return event.substring(0, from) + text + event.substring(from);
  }

  /** A member that is there twice, or somewhere else, says nothing for certain. */
  private static boolean isFound(JsonNode event) {
    boolean found = isPlanted(event);
    for (JsonNode choice : event.path("choices")) {
      found |=
          isPlanted(choice) || isPlanted(choice.path("delta")) || isPlanted(choice.path("message"));
    }
    return found;
  }

  private static boolean isPlanted(JsonNode parent) {
    return parent.path("error").toString().contains("planted");
  }
}
