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
 * Reads a completion, whether it came in one piece or was put together of many.
 *
 * <p>What makes it an answer is not negotiable: an array {@code choices} that is not empty and
 * whose elements all have a message. Whether it tells of a fault is for {@link ErrorBody#fault}.
 */
public final class AnswerDecoder {

  private AnswerDecoder() {}

  /**
   * The answer in this object.
   *
   * @param body the same as text
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
   * What an object says of the work behind it that is no answer, or no whole one.
   *
   * @param said null when there is none
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

  /** Whether a model has written anything of it, or says that it was used. */
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

  /** A body that was meant to be an answer and is none. Its message never quotes the body. */
  public static final class InvalidAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String fault;

    public InvalidAnswerException(String fault) {
      super(fault, null, false, false); // an expected end, and common in an outage: no stack trace
      this.fault = fault;
    }

    /** What is wrong with it. */
    public String fault() {
      return fault;
    }
  }
}
