package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.LenientJson.orEmpty;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.completionworker.avro.Choice;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Served;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a completion.
 *
 * <p>Unknown fields are skipped, optional fields of another type are taken as absent, of equal
 * names the last counts. What makes it an answer is not negotiable: one JSON object with an array
 * {@code choices} that is not empty and whose elements all have a message.
 */
public final class AnswerDecoder {

  private final JsonFactory json;

  /** For answers of at most this many bytes. */
  public AnswerDecoder(int maxResponseBytes) {
    this.json = LenientJson.factory(maxResponseBytes);
  }

  /**
   * The answer in these bytes.
   *
   * @param gateway what the headers of the same response said
   */
  public Answer decode(byte[] body, GatewayDetails gateway) throws InvalidAnswerException {
    try (JsonParser in = json.createParser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidAnswerException("the answer is not a JSON object");
      }
      var fields = new Fields();
      read(in, fields);
      if (in.nextToken() != null) {
        throw new InvalidAnswerException("the answer goes on after its JSON object");
      }
      return fields.toAnswer(gateway, new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new InvalidAnswerException(
          "the answer is not valid JSON, from byte " + (at == null ? 0 : at.getByteOffset()));
    } catch (IOException e) {
      throw new InvalidAnswerException("the answer is not valid UTF-8");
    }
  }

  /**
   * What a body says of the work behind it that is no answer, or no whole one: as far as it can be
   * read. Never fails.
   *
   * @param gateway what the headers of the same response said
   */
  public Served served(byte[] body, GatewayDetails gateway) {
    var fields = new Fields();
    try (JsonParser in = json.createParser(body)) {
      if (in.nextToken() == JsonToken.START_OBJECT) {
        read(in, fields);
      }
    } catch (IOException e) {
      // what stands before it counts
    }
    return new Served(orEmpty(fields.model), fields.serviceTier, fields.usage, gateway);
  }

  private static void read(JsonParser in, Fields fields) throws IOException {
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "id" -> fields.id = LenientJson.text(in);
        case "created" -> fields.created = LenientJson.whole(in);
        case "model" -> fields.model = LenientJson.text(in);
        case "system_fingerprint" -> fields.systemFingerprint = LenientJson.text(in);
        case "service_tier" -> fields.serviceTier = LenientJson.text(in);
        case "usage" -> fields.usage = LenientJson.object(in, UsageDecoder::usage);
        case "choices" -> choices(in, fields);
        default -> in.skipChildren();
      }
    }
  }

  private static void choices(JsonParser in, Fields fields) throws IOException {
    fields.choices = null;
    if (in.currentToken() != JsonToken.START_ARRAY) {
      fields.fault = "choices is not an array";
      in.skipChildren();
      return;
    }
    List<Choice> choices = new ArrayList<>();
    boolean complete = true;
    int place = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      int index = place++;
      Choice choice = LenientJson.object(in, element -> ChoiceDecoder.choice(element, index));
      if (choice == null) {
        complete = false;
      } else {
        choices.add(choice);
      }
    }
    if (!complete) {
      fields.fault = "a choice has no message";
    } else if (choices.isEmpty()) {
      fields.fault = "choices is empty";
    } else {
      fields.choices = List.copyOf(choices);
    }
  }

  /** What was read so far. */
  private static final class Fields {
    private @Nullable String id;
    private @Nullable Long created;
    private @Nullable String model;
    private @Nullable String systemFingerprint;
    private @Nullable String serviceTier;
    private @Nullable TokenUsage usage;
    private @Nullable List<Choice> choices;
    private String fault = "the answer has no choices";

    Answer toAnswer(GatewayDetails gateway, String body) throws InvalidAnswerException {
      if (choices == null) {
        throw new InvalidAnswerException(fault);
      }
      return new Answer(
          orEmpty(id),
          created == null ? 0 : created,
          orEmpty(model),
          choices,
          systemFingerprint,
          serviceTier,
          usage,
          gateway,
          body);
    }
  }
}
