// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Sends a completion as server-sent events. */
final class StreamedAnswer {

  static final String TYPE = "text/event-stream";

  private static final String DONE = "[DONE]";
  private static final Predicate<String> FINISHED =
      Pattern.compile("\"finish_reason\":\"").asPredicate();
  private static final int PIECE = 24;

  private StreamedAnswer() {}

  /**
   * Sends all events at once.
   *
   * @param cut whether to end too early, cleanly and without {@code [DONE]}, as the gateway does
   *     when its provider fails: of every two answers one in the middle, one with its usage but
   *     without a finish reason
   */
  static void send(HttpServerResponse response, ObjectNode answer, JsonNode request, boolean cut) {
    List<String> events = events(answer, request);
    response.putHeader("content-type", TYPE).setChunked(true);
    (cut ? cut(events, answer) : events).forEach(event -> response.write(framed(event)));
    response.end();
  }

  private static List<String> cut(List<String> events, ObjectNode answer) {
    String id = answer.path("id").asText();
    boolean late = (id.charAt(id.length() - 1) - '0') % 2 == 0;
    return late
        ? events.stream().filter(event -> !event.equals(DONE) && !FINISHED.test(event)).toList()
        : events.subList(0, events.size() / 2);
  }

  /** All events as they are sent. */
  static String text(ObjectNode answer, JsonNode request) {
    return events(answer, request).stream()
        .map(StreamedAnswer::framed)
        .collect(Collectors.joining());
  }

  private static String framed(String event) {
    return "data: " + event + "\n\n";
  }

  private static List<String> events(ObjectNode answer, JsonNode request) {
    List<String> events = new ArrayList<>();
    boolean withUsage = request.path("stream_options").path("include_usage").asBoolean();
    for (JsonNode choice : answer.path("choices")) {
      for (ObjectNode delta : deltas(choice.path("message"))) {
        events.add(chunk(answer, choice, delta, false, withUsage));
      }
      events.add(chunk(answer, choice, JsonNodeFactory.instance.objectNode(), true, withUsage));
    }
    if (withUsage) {
      ObjectNode last = head(answer);
      last.putArray("choices");
      last.set("usage", answer.path("usage"));
      events.add(last.toString());
    }
    events.add(DONE);
    return events;
  }

  private static List<ObjectNode> deltas(JsonNode message) {
    List<ObjectNode> deltas = new ArrayList<>();
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    deltas.add(nodes.objectNode().put("role", "assistant").put("content", ""));
    String content = message.path("content").asText("");
    int from = 0;
    while (from < content.length() && message.path("content").isTextual()) {
      int left = content.codePointCount(from, content.length());
      int to = content.offsetByCodePoints(from, Math.min(PIECE, left));
      deltas.add(nodes.objectNode().put("content", content.substring(from, to)));
      from = to;
    }
    int index = 0;
    for (JsonNode call : message.path("tool_calls")) {
      ObjectNode delta = nodes.objectNode();
      ObjectNode part = delta.putArray("tool_calls").addObject().put("index", index++);
      part.setAll((ObjectNode) call);
      deltas.add(delta);
    }
    return deltas;
  }

  private static String chunk(
      ObjectNode answer, JsonNode choice, ObjectNode delta, boolean last, boolean withUsage) {
    ObjectNode chunk = head(answer);
    ArrayNode choices = chunk.putArray("choices");
    ObjectNode part = choices.addObject().put("index", choice.path("index").asInt());
    part.set("delta", delta);
    part.putNull("logprobs");
    if (last) {
      part.set("finish_reason", choice.path("finish_reason"));
    } else {
      part.putNull("finish_reason");
    }
    if (withUsage) {
      chunk.putNull("usage");
    }
    return chunk.toString();
  }

  private static ObjectNode head(ObjectNode answer) {
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    head.set("id", answer.path("id"));
    head.put("object", "chat.completion.chunk");
    for (String field : List.of("created", "model", "system_fingerprint", "service_tier")) {
      head.set(field, answer.path(field));
    }
    return head;
  }
}
