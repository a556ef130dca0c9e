package io.completionworker.cli.body;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body of the endpoint into the request that a worker makes the same body of.
 *
 * <p>What the schema does not know goes to {@code extra_body}: unknown parameters, and parameters
 * that have something unknown inside. So do values that would be sent in another form, such as one
 * stop sequence that is not in an array. Only {@code model}, {@code messages} and {@code stream}
 * have to fit the schema: a worker takes them from nowhere else. Safe on every thread.
 */
public final class BodyReader {

  private final Exactness exactness = new Exactness();

  /**
   * Reads one body.
   *
   * @throws BodyFaultException when no record can stand for it
   */
  public CompletionRequest read(ObjectNode body) {
    Reading reading = new Reading(JsonFields.of(body, ""));
    CompletionRequest.Builder request = CompletionRequest.newBuilder();
    request.setModel(model(reading.fields)).setMessages(messages(reading.fields));
    request.setStream(reading.fields.flag("stream"));
    BodyParameters.sampling(request, reading);
    BodyParameters.tools(request, reading);
    BodyParameters.answerForm(request, reading);
    BodyParameters.account(request, reading);
    reading.extra.addAll(reading.fields.left());
    request.setExtraBody(extraBody(body, reading.extra));
    CompletionRequest read = request.build();
    reading.extra.addAll(exactness.changed(body, read));
    return CompletionRequest.newBuilder(read).setExtraBody(extraBody(body, reading.extra)).build();
  }

  private static String model(JsonFields fields) {
    String model = fields.text("model");
    if (model == null) {
      throw BodyFaultException.wrong("model", "is missing");
    }
    return model;
  }

  private static List<Message> messages(JsonFields fields) {
    List<Message> messages = fields.objects("messages", MessageJson::message);
    if (messages == null) {
      throw BodyFaultException.wrong("messages", "is missing");
    }
    return messages;
  }

  private static @Nullable String extraBody(ObjectNode body, Set<String> names) {
    if (names.isEmpty()) {
      return null;
    }
    ObjectNode extra = body.objectNode();
    for (var field : body.properties()) {
      if (names.contains(field.getKey())) {
        extra.set(field.getKey(), field.getValue());
      }
    }
    return extra.toString();
  }

  /** The reading of one body, and what of it will go to {@code extra_body}. */
  static final class Reading {

    final JsonFields fields;
    private final Set<String> extra = new TreeSet<>();

    Reading(JsonFields fields) {
      this.fields = fields;
    }

    /** A parameter that may have a form that the schema does not know. */
    <T> @Nullable T known(String name, Supplier<@Nullable T> reader) {
      try {
        return reader.get();
      } catch (BodyFaultException e) {
        if (!e.isUnknown()) {
          throw e;
        }
        extra.add(name);
        return null;
      } finally {
        fields.any(name);
      }
    }
  }
}
