// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.gateway.json.RequestEncoder;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a worker would send what was read, asked of what a worker writes bodies with.
 *
 * <p>The same JSON means: members in any order, numbers by value. Not looked at: {@code stream} and
 * {@code stream_options}, of which a worker makes its own.
 */
final class Exactness {

  /** Zero for equal numbers; all else is as equal as it says. */
  private static final Comparator<JsonNode> BY_VALUE =
      (one, other) -> {
        if (one.isNumber() && other.isNumber()) {
          return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
      };

  private final RequestEncoder encoder = new RequestEncoder();

  /**
   * Names of the parameters that would be sent otherwise than they are in this body.
   *
   * @param messages whether the messages are compared too
   * @throws BodyFaultException when the messages are among them
   */
  Set<String> changed(ObjectNode body, CompletionRequest read, boolean messages) {
    ObjectNode sent = BodyJson.read(encoder.encode(read).bytes());
    Set<String> changed = new TreeSet<>();
    for (var field : body.properties()) {
      String name = field.getKey();
      if (name.equals("stream") || name.equals("stream_options")) {
        continue;
      }
      if (name.equals("messages")) {
        if (!messages) {
          continue;
        }
        requireSame(field.getValue(), sent.get(name));
      } else if (!field.getValue().equals(BY_VALUE, sent.path(name))) {
        changed.add(name);
      }
    }
    return changed;
  }

  private static void requireSame(JsonNode messages, JsonNode sent) {
    if (!messages.equals(BY_VALUE, sent)) {
      throw BodyFaultException.wrong(
          "messages", "cannot be sent as they are; is there half a surrogate pair in a text?");
    }
  }
}
