// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** The texts that were sent, read from what was sent and from nothing else. */
final class SentTexts {

  private SentTexts() {}

  /**
   * The texts of the deltas, joined, by the index of their choice; none of a body that is no plain
   * stream of events, or whose texts are in doubt.
   */
  static Map<Integer, String> of(String sent) {
    Map<Integer, String> texts = new TreeMap<>();
    for (String event : Mutation.events(sent)) {
      if (Mutation.data(event).equals("[DONE]")) {
        break;
      }
      if (event.startsWith(":")) {
        continue;
      }
      if (!event.startsWith("data:") || !isObject(Mutation.data(event))) {
        return Map.of();
      }
      for (JsonNode choice : ExpectedAnswer.json(Mutation.data(event)).path("choices")) {
        JsonNode content = choice.path("delta").path("content");
        int index = choice.path("index").isInt() ? choice.path("index").intValue() : -1;
        if (content.isTextual() && index >= 0) {
          texts.merge(index, content.textValue(), String::concat);
        } else if (!content.isMissingNode() && !content.isNull()) {
          return Map.of();
        }
      }
    }
    return texts;
  }

  /** Fails unless this text is in the choice of that index. */
  static void assertKept(JsonNode body, int index, String text) {
    boolean kept = false;
    for (JsonNode choice : body.path("choices")) {
      String content = choice.path("message").path("content").asText("");
      kept |= choice.path("index").asInt(0) == index && content.contains(text);
    }
    assertThat(kept || text.isEmpty()).as("%s of choice %s in %s", text, index, body).isTrue();
  }

  static boolean isObject(String data) {
    try {
      return CaseFile.STRICT.readTree(data).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
