package io.completionworker.cli.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.gateway.json.RequestEncoder;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a worker would send what was read, asked of what a worker writes bodies with.
 *
 * <p>The same JSON means: members in any order, numbers by value. Not looked at: {@code stream} and
 * {@code stream_options}, which a worker sends only for a streamed answer, and nulls in messages,
 * which mean the same as nothing.
 */
final class Exactness {

  private static final Set<String> OF_STREAMS = Set.of("stream", "stream_options");

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
   * @throws BodyFaultException when the messages are among them
   */
  Set<String> changed(ObjectNode body, CompletionRequest read) {
    ObjectNode sent = BodyJson.read(encoder.encode(read).bytes());
    Set<String> changed = new TreeSet<>();
    for (var field : body.properties()) {
      String name = field.getKey();
      if (OF_STREAMS.contains(name)) {
        continue;
      }
      if (name.equals("messages")) {
        requireSame(field.getValue(), sent.get(name));
      } else if (!field.getValue().equals(BY_VALUE, sent.path(name))) {
        changed.add(name);
      }
    }
    return changed;
  }

  private static void requireSame(JsonNode messages, JsonNode sent) {
    if (messages.equals(BY_VALUE, sent)) {
      return; // as a rule, and for less work
    }
    if (!withoutNulls(messages).equals(BY_VALUE, withoutNulls(sent))) {
      throw BodyFaultException.wrong(
          "messages", "cannot be sent as they are; is there half a surrogate pair in a text?");
    }
  }

  private static JsonNode withoutNulls(JsonNode node) {
    JsonNode copy = node.deepCopy();
    removeNulls(copy);
    return copy;
  }

  private static void removeNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      Iterator<JsonNode> members = object.elements();
      while (members.hasNext()) {
        JsonNode member = members.next();
        if (member.isNull()) {
          members.remove();
        } else {
          removeNulls(member);
        }
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(Exactness::removeNulls);
    }
  }
}
