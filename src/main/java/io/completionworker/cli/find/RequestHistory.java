// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.find;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.tail.Role;
import io.completionworker.cli.tail.SeenRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The records of a request in the order of their times, and how it stands.
 *
 * @param fault the first record that could not be decoded, and so may have been one of them
 */
public record RequestHistory(
    String requestId, List<Found> records, Standing standing, Optional<String> fault) {

  /** A record that belongs to the request. */
  public record Found(Role role, SeenRecord seen) {}

  /** How a request can stand. */
  public enum State {
    ANSWERED,
    FAILED,
    /** Its value cannot be decoded. */
    DEAD_LETTER,
    /** The worker has taken it, and it has no outcome yet. */
    PENDING,
    /** No worker has read it yet. */
    UNREAD,
    NOT_FOUND
  }

  /**
   * How it stands.
   *
   * @param words the same for people, with what to do
   */
  public record Standing(State state, String words) {}

  /** Whether there is any record of it. */
  public boolean isFound() {
    return standing.state() != State.NOT_FOUND;
  }

  /** For people: a line for each record, and how it stands below them. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Found found : records) {
      lines.add(found.seen().line(found.role()));
    }
    if (!records.isEmpty()) {
      lines.add("");
    }
    lines.add(standing.words());
    return lines;
  }

  /** For scripts: one JSON object. */
  public String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("request_id", requestId);
    json.put("state", standing.state().name().toLowerCase(Locale.ROOT));
    json.put("text", standing.words());
    ArrayNode all = json.putArray("records");
    for (Found found : records) {
      all.add(found.seen().json().put("kind", found.role().toString()));
    }
    return json.toString();
  }
}
