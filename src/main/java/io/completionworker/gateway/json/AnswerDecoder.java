// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.LenientJson.orEmpty;
import static io.completionworker.gateway.json.LenientJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.Choice;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a completion that came in one piece or was merged from chunks.
 *
 * <p>An answer must have an array {@code choices} that is not empty and whose elements all have a
 * message. Whether it reports an error is determined by {@link ErrorBody#fault}.
 */
public final class AnswerDecoder {

  private AnswerDecoder() {}

  /**
   * Returns the answer in this object.
   *
   * @param body the object as text
   * @param gateway what the headers of the same response said
   */
  public static Answer decode(ObjectNode answer, String body, GatewayDetails gateway)
      throws InvalidAnswerException {
    List<Choice> choices = choices(answer.path("choices"));
    Long created = LenientJson.whole(answer.path("created"));
    return new Answer(
        orEmpty(text(answer.path("id"))),
        created == null ? 0 : created,
        orEmpty(text(answer.path("model"))),
        choices,
        text(answer.path("system_fingerprint")),
        text(answer.path("service_tier")),
        UsageReader.read(answer),
        gateway,
        body);
  }

  /**
   * Returns what an object says about the work behind it, if the object is not an answer or not a
   * complete one.
   *
   * @param said null if there is no object
   * @param gateway what the headers of the same response said
   */
  public static Served served(@Nullable ObjectNode said, GatewayDetails gateway) {
    return said == null
        ? new Served("", null, null, gateway)
        : new Served(
            orEmpty(text(said.path("model"))),
            text(said.path("service_tier")),
            UsageReader.read(said),
            gateway);
  }

  /** Whether a model has generated any part of the object, or the object reports usage. */
  public static boolean generated(JsonNode said) {
    if (UsageReader.read(said) != null) {
      return true;
    }
    for (JsonNode choice : said.path("choices")) {
      for (String name : new String[] {"message", "delta"}) {
        for (var member : choice.path(name).properties()) {
          if (!member.getKey().equals("role")
              && !member.getKey().equals("error")
              && (LenientJson.word(member.getValue()) != null || !member.getValue().isEmpty())) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static List<Choice> choices(JsonNode array) throws InvalidAnswerException {
    if (array.isMissingNode()) {
      throw new InvalidAnswerException("the answer has no choices");
    }
    if (!array.isArray()) {
      throw new InvalidAnswerException("choices is not an array");
    }
    if (array.isEmpty()) {
      throw new InvalidAnswerException("choices is empty");
    }
    List<Choice> choices = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      Choice choice = ChoiceDecoder.choice(element, choices.size());
      if (choice == null) {
        throw new InvalidAnswerException("a choice has no message");
      }
      choices.add(choice);
    }
    return List.copyOf(choices);
  }

  /** Thrown if a body that should be an answer is not one. The message never quotes the body. */
  public static final class InvalidAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String fault;

    public InvalidAnswerException(String fault) {
      super(fault, null, false, false); // no stack trace: expected, and frequent in an outage
      this.fault = fault;
    }

    /** Returns what is wrong with the body. */
    public String fault() {
      return fault;
    }
  }
}
