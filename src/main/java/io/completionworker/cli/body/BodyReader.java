package io.completionworker.cli.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
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

  /**
   * Reads one body.
   *
   * @throws BodyFaultException when no record can stand for it
   */
  public CompletionRequest read(ObjectNode body) {
    JsonFields fields = JsonFields.of(body, "");
    CompletionRequest.Builder request = CompletionRequest.newBuilder();
    request.setModel(model(fields)).setMessages(messages(fields)).setStream(stream(fields));
    BodyParameters.sampling(request, fields);
    BodyParameters.tools(request, fields);
    BodyParameters.answerForm(request, fields);
    BodyParameters.account(request, fields);
    Set<String> left = fields.left();
    CompletionRequest read = request.setExtraBody(extraBody(body, left)).build();
    left.addAll(exactness.changed(body, read));
    return request.setExtraBody(whole(extraBody(body, left))).build();
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
}
