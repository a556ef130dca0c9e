// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import io.completionworker.gateway.json.RequestEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Converts a request body of the endpoint to the request from which a worker makes the same body.
 *
 * <p>Unknown members, and members that contain something unknown, go to the {@code extra} of the
 * message, content part, tool call, tool or function that contains them, or to {@code extra_body}.
 * So do values that would be sent in another form, such as a single stop sequence that is not in an
 * array, and nulls. Only {@code model}, {@code stream} and the messages with their roles must fit
 * the schema, because a worker takes them from nowhere else. Safe on every thread.
 */
public final class BodyReader {

  private final Exactness exactness = new Exactness();
  private final boolean comparesMessages;

  /**
   * Creates a reader for bodies in files. It compares all of each body with what a worker would
   * send for it.
   */
  public BodyReader() {
    this(true);
  }

  private BodyReader(boolean comparesMessages) {
    this.comparesMessages = comparesMessages;
  }

  /**
   * Returns a reader for bodies in records, in which no string has half a surrogate pair. It does
   * not compare messages. They are nearly all of a body, and comparing them would double the cost
   * of reading each record.
   */
  public static BodyReader ofRecords() {
    return new BodyReader(false);
  }

  /**
   * Reads one body.
   *
   * @throws BodyFaultException if no record can represent it
   */
  public CompletionRequest read(ObjectNode body) {
    return builder(body).build();
  }

  /**
   * Reads one body into a builder, because a record has fields of its request that the body lacks.
   *
   * @throws BodyFaultException if no record can represent it
   */
  public CompletionRequest.Builder builder(ObjectNode body) {
    JsonFields fields = JsonFields.of(body, "");
    CompletionRequest.Builder request = CompletionRequest.newBuilder();
    request.setModel(model(fields));
    List<Message> messages = messages(fields);
    request.setStream(stream(fields));
    BodyParameters.sampling(request, fields);
    BodyParameters.tools(request, fields);
    BodyParameters.answerForm(request, fields);
    BodyParameters.account(request, fields);
    Set<String> left = fields.left();
    request.setMessages(comparesMessages ? messages : List.of());
    CompletionRequest compared = request.setExtraBody(extraBody(body, left)).build();
    left.addAll(exactness.changed(body, compared, comparesMessages));
    return request.setMessages(messages).setExtraBody(whole(extraBody(body, left)));
  }

  private static String model(JsonFields fields) {
    String model = fields.text("model");
    if (model == null) {
      String fault = fields.has("model") ? "is not a string" : "is missing";
      throw BodyFaultException.wrong("model", fault);
    }
    return model;
  }

  private static List<Message> messages(JsonFields fields) {
    JsonNode messages = fields.peek("messages");
    if (!messages.isArray()) {
      String fault = fields.has("messages") ? "is not an array" : "is missing";
      throw BodyFaultException.wrong("messages", fault);
    }
    fields.take("messages");
    return JsonFields.objects(messages, "messages", MessageJson::message);
  }

  /** Takes {@code stream}. By the endpoint's documentation, null means the same as absence. */
  private static @Nullable Boolean stream(JsonFields fields) {
    JsonNode stream = fields.peek("stream");
    if (!stream.isBoolean() && !stream.isMissingNode() && !stream.isNull()) {
      throw BodyFaultException.wrong("stream", "is not a boolean");
    }
    fields.take("stream");
    return stream.isBoolean() ? stream.asBoolean() : null;
  }

  private static @Nullable String whole(@Nullable String extra) {
    if (extra != null && !StandardCharsets.UTF_8.newEncoder().canEncode(extra)) {
      throw BodyFaultException.wrong(
          "the body", "cannot be sent as it is: there is half a surrogate pair in a text");
    }
    return extra;
  }

  private static @Nullable String extraBody(ObjectNode body, Set<String> names) {
    return names.isEmpty() ? null : JsonFields.only(body, names).toString();
  }

  /**
   * Checks whether a worker would send what was read, with the encoder that a worker uses.
   *
   * <p>Bodies are compared as JSON: members in any order, numbers by value. {@code stream} and
   * {@code stream_options} are skipped, because a worker makes its own.
   */
  private static final class Exactness {

    /** Compares numbers by value, and all other nodes by {@code equals}. */
    private static final Comparator<JsonNode> BY_VALUE =
        (one, other) -> {
          if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
          }
          return one.equals(other) ? 0 : 1;
        };

    private final RequestEncoder encoder = new RequestEncoder();

    /**
     * Returns the names of the parameters that would be sent differently from this body.
     *
     * @param messages whether to compare the messages too
     * @throws BodyFaultException if the messages would be sent differently
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
}
