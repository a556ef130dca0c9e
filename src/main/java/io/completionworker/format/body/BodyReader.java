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
 * Reads a body of the endpoint into the request that a worker makes the same body of.
 *
 * <p>What the schema does not know goes to the {@code extra} of the message, content part, tool
 * call, tool or function that it stands in, or to {@code extra_body}: unknown members, and members
 * that have something unknown inside. So do values that would be sent in another form, such as one
 * stop sequence that is not in an array, and nulls. Only {@code model}, {@code stream} and the
 * messages with their roles have to fit the schema: a worker takes them from nowhere else. Safe on
 * every thread.
 */
public final class BodyReader {

  private final Exactness exactness = new Exactness();
  private final boolean comparesMessages;

  /** Reads bodies of files, and compares all of each with what a worker would send of it. */
  public BodyReader() {
    this(true);
  }

  private BodyReader(boolean comparesMessages) {
    this.comparesMessages = comparesMessages;
  }

  /**
   * Reads bodies of records, whose texts are whole. Their messages, which are nearly all of them,
   * are not compared: that would cost as much again as to read them, for every record.
   */
  public static BodyReader ofRecords() {
    return new BodyReader(false);
  }

  /**
   * Reads one body.
   *
   * @throws BodyFaultException when no record can stand for it
   */
  public CompletionRequest read(ObjectNode body) {
    return builder(body).build();
  }

  /**
   * The same, not built: a record knows more of its request than the body.
   *
   * @throws BodyFaultException when no record can stand for it
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

  /** A null means what its absence means, by the endpoint's page. */
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
   * Whether a worker would send what was read, asked of what a worker writes bodies with.
   *
   * <p>The same JSON means: members in any order, numbers by value. Not looked at: {@code stream}
   * and {@code stream_options}, of which a worker makes its own.
   */
  private static final class Exactness {

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
}
