package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ResponseAudio;
import io.completionworker.avro.TokenUsage;
import io.completionworker.avro.ToolCallDelta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one event of a streamed completion.
 *
 * <p>As lenient as {@link AnswerDecoder}, and with one more thing that is not negotiable: an event
 * that cannot be read may have held a part of the answer, so the answer is lost with it. An event
 * without choices is none of these: providers send such for their own ends.
 */
public final class ChunkDecoder {

  private final JsonFactory json;

  /** For answers of at most this many bytes. */
  public ChunkDecoder(int maxResponseBytes) {
    this.json = LenientJson.factory(maxResponseBytes);
  }

  /**
   * What an event says.
   *
   * @param created null when it does not say
   * @param usage the counts, or null
   * @param usageText the same with all that the provider added, as it came; null when there is none
   * @param error whether it speaks of an error in place of an answer
   */
  public record Chunk(
      @Nullable String id,
      @Nullable String model,
      @Nullable Long created,
      @Nullable String systemFingerprint,
      @Nullable String serviceTier,
      List<Piece> pieces,
      @Nullable TokenUsage usage,
      @Nullable String usageText,
      boolean error) {}

  /**
   * What it adds to a choice.
   *
   * @param delta all that chunk records have a place for
   * @param functionCall piece of the deprecated call, empty where it says nothing; or null
   * @param audio piece of an audio answer, or null
   * @param reasoning next piece of the reasoning, or null
   * @param annotations JSON array as it came, or null
   */
  public record Piece(
      ChoiceDelta delta,
      @Nullable FunctionCall functionCall,
      @Nullable ResponseAudio audio,
      @Nullable String reasoning,
      @Nullable String annotations) {}

  /** The chunk in an event's data. */
  public Chunk decode(String data) throws InvalidAnswerException {
    try (JsonParser in = json.createParser(data)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidAnswerException("an event of the stream is not a JSON object");
      }
      Fields fields = new Fields();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        fields.read(name, in, data);
      }
      if (in.nextToken() != null) {
        throw new InvalidAnswerException("an event of the stream goes on after its JSON object");
      }
      return fields.toChunk();
    } catch (IOException e) {
      throw new InvalidAnswerException("an event of the stream is not valid JSON");
    }
  }

  private static @Nullable Piece piece(JsonParser in, int place, String data) throws IOException {
    Integer index = null;
    String finishReason = null;
    ChoiceLogprobs logprobs = null;
    Delta delta = new Delta();
    boolean broken = false;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      switch (name) {
        case "index" -> index = LenientJson.small(in);
        case "finish_reason" -> finishReason = LenientJson.text(in);
        case "logprobs" -> logprobs = LenientJson.object(in, LogprobsDecoder::logprobs);
        case "delta" -> {
          Delta read = LenientJson.object(in, object -> delta(object, data));
          broken |= read == null && value != JsonToken.VALUE_NULL;
          delta = read == null ? new Delta() : read;
        }
        default -> in.skipChildren();
      }
    }
    String reason = finishReason == null || finishReason.isEmpty() ? null : finishReason;
    return broken ? null : delta.toPiece(index == null ? place : index, reason, logprobs);
  }

  private static Delta delta(JsonParser in, String data) throws IOException {
    Delta delta = new Delta();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "role" -> delta.role = LenientJson.text(in);
        case "content" -> delta.content = LenientJson.text(in);
        case "refusal" -> delta.refusal = LenientJson.text(in);
        case "reasoning_content" -> delta.reasoning = LenientJson.text(in);
        case "tool_calls" -> delta.toolCalls = toolCalls(in);
        case "function_call" ->
            delta.functionCall = LenientJson.object(in, ChoiceDecoder::functionCall);
        case "audio" -> delta.audio = LenientJson.object(in, ChoiceDecoder::audio);
        case "annotations" -> delta.annotations = raw(in, JsonToken.START_ARRAY, data);
        default -> in.skipChildren();
      }
    }
    return delta;
  }

  /** Some providers leave the index out; then the place counts. */
  private static @Nullable List<ToolCallDelta> toolCalls(JsonParser in) throws IOException {
    int[] place = {0};
    return LenientJson.objects(in, call -> toolCall(call, place[0]++));
  }

  private static ToolCallDelta toolCall(JsonParser in, int place) throws IOException {
    Integer index = null;
    String id = null;
    String type = null;
    FunctionPiece function = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "index" -> index = LenientJson.small(in);
        case "id" -> id = LenientJson.text(in);
        case "type" -> type = LenientJson.text(in);
        case "function" -> function = LenientJson.object(in, FunctionPiece::read);
        default -> in.skipChildren();
      }
    }
    return new ToolCallDelta(
        index == null ? place : index,
        id,
        type,
        function == null ? null : function.name(),
        function == null ? null : function.arguments());
  }

  /** A value of this kind as it came, or null. Ends on its last token. */
  private static @Nullable String raw(JsonParser in, JsonToken kind, String data)
      throws IOException {
    boolean usable = in.currentToken() == kind;
    long start = in.currentTokenLocation().getCharOffset();
    in.skipChildren();
    return usable ? upToHere(in, start, data) : null;
  }

  private static String upToHere(JsonParser in, long start, String data) {
    return data.substring((int) start, (int) in.currentTokenLocation().getCharOffset() + 1);
  }

  /** What was read so far of a delta. */
  private static final class Delta {
    private @Nullable String role;
    private @Nullable String content;
    private @Nullable String refusal;
    private @Nullable String reasoning;
    private @Nullable List<ToolCallDelta> toolCalls;
    private @Nullable FunctionCall functionCall;
    private @Nullable ResponseAudio audio;
    private @Nullable String annotations;

    Piece toPiece(int index, @Nullable String finishReason, @Nullable ChoiceLogprobs logprobs) {
      var delta = new ChoiceDelta(index, role, content, refusal, toolCalls, finishReason, logprobs);
      return new Piece(delta, functionCall, audio, reasoning, annotations);
    }
  }

  /** What was read so far of a chunk. */
  private static final class Fields {
    private @Nullable String id;
    private @Nullable String model;
    private @Nullable Long created;
    private @Nullable String systemFingerprint;
    private @Nullable String serviceTier;
    private List<Piece> pieces = List.of();
    private @Nullable TokenUsage usage;
    private @Nullable String usageText;
    private boolean error;
    private @Nullable String fault;

    void read(String name, JsonParser in, String data) throws IOException {
      switch (name) {
        case "id" -> id = LenientJson.text(in);
        case "model" -> model = LenientJson.text(in);
        case "created" -> created = LenientJson.whole(in);
        case "system_fingerprint" -> systemFingerprint = LenientJson.text(in);
        case "service_tier" -> serviceTier = LenientJson.text(in);
        case "choices" -> choices(in, data);
        case "usage" -> {
          long start = in.currentTokenLocation().getCharOffset();
          usage = LenientJson.object(in, UsageDecoder::usage);
          usageText = usage == null ? null : upToHere(in, start, data);
        }
        case "error" -> {
          error = in.currentToken() != JsonToken.VALUE_NULL;
          in.skipChildren();
        }
        default -> in.skipChildren();
      }
    }

    private void choices(JsonParser in, String data) throws IOException {
      fault = null;
      pieces = List.of();
      if (in.currentToken() != JsonToken.START_ARRAY) {
        fault = in.currentToken() == JsonToken.VALUE_NULL ? null : "choices is not an array";
        in.skipChildren();
        return;
      }
      List<Piece> read = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        int place = read.size();
        Piece piece = LenientJson.object(in, element -> piece(element, place, data));
        if (piece == null) {
          fault = "a choice is no object or its delta is none";
        } else {
          read.add(piece);
        }
      }
      pieces = read;
    }

    Chunk toChunk() throws InvalidAnswerException {
      if (fault != null && !error) {
        throw new InvalidAnswerException(fault);
      }
      return new Chunk(
          id, model, created, systemFingerprint, serviceTier, pieces, usage, usageText, error);
    }
  }
}
