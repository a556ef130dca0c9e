package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.LenientJson.orEmpty;
import static io.completionworker.gateway.json.LenientJson.orZero;

import com.fasterxml.jackson.core.JsonParser;
import io.completionworker.avro.Annotation;
import io.completionworker.avro.Choice;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ResponseAudio;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.UrlCitation;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a choice and its message. */
final class ChoiceDecoder {

  private ChoiceDecoder() {}

  /** The choice; null when it has no message. */
  static @Nullable Choice choice(JsonParser in, int place) throws IOException {
    Integer index = null;
    ResponseMessage message = null;
    String finishReason = null;
    ChoiceLogprobs logprobs = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "index" -> index = LenientJson.small(in);
        case "message" -> message = LenientJson.object(in, ChoiceDecoder::message);
        case "finish_reason" -> finishReason = LenientJson.text(in);
        case "logprobs" -> logprobs = LenientJson.object(in, LogprobsDecoder::logprobs);
        default -> in.skipChildren();
      }
    }
    return message == null
        ? null
        : new Choice(index == null ? place : index, message, finishReason, logprobs);
  }

  private static ResponseMessage message(JsonParser in) throws IOException {
    String role = null;
    String content = null;
    String refusal = null;
    List<ToolCall> toolCalls = null;
    FunctionCall functionCall = null;
    List<Annotation> annotations = null;
    ResponseAudio audio = null;
    String reasoning = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "role" -> role = LenientJson.text(in);
        case "content" -> content = LenientJson.text(in);
        case "refusal" -> refusal = LenientJson.text(in);
        case "tool_calls" -> toolCalls = LenientJson.objects(in, ChoiceDecoder::toolCall);
        case "function_call" -> functionCall = LenientJson.object(in, ChoiceDecoder::functionCall);
        case "annotations" -> annotations = LenientJson.objects(in, ChoiceDecoder::annotation);
        case "audio" -> audio = LenientJson.object(in, ChoiceDecoder::audio);
        case "reasoning_content" -> reasoning = LenientJson.text(in);
        default -> in.skipChildren();
      }
    }
    return new ResponseMessage(
        role == null ? "assistant" : role,
        content,
        refusal,
        toolCalls,
        functionCall,
        annotations,
        audio,
        reasoning);
  }

  /** Null for a call of something other than a function, which the record cannot hold. */
  private static @Nullable ToolCall toolCall(JsonParser in) throws IOException {
    String id = null;
    String type = null;
    FunctionCall function = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "id" -> id = LenientJson.text(in);
        case "type" -> type = LenientJson.text(in);
        case "function" -> function = LenientJson.object(in, ChoiceDecoder::functionCall);
        default -> in.skipChildren();
      }
    }
    return function == null
        ? null
        : new ToolCall(orEmpty(id), type == null ? "function" : type, function, null);
  }

  static FunctionCall functionCall(JsonParser in) throws IOException {
    FunctionPiece call = FunctionPiece.read(in);
    return new FunctionCall(orEmpty(call.name()), orEmpty(call.arguments()));
  }

  private static Annotation annotation(JsonParser in) throws IOException {
    String type = null;
    UrlCitation citation = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "type" -> type = LenientJson.text(in);
        case "url_citation" -> citation = LenientJson.object(in, ChoiceDecoder::citation);
        default -> in.skipChildren();
      }
    }
    return new Annotation(orEmpty(type), citation);
  }

  private static UrlCitation citation(JsonParser in) throws IOException {
    Integer start = null;
    Integer end = null;
    String url = null;
    String title = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "start_index" -> start = LenientJson.small(in);
        case "end_index" -> end = LenientJson.small(in);
        case "url" -> url = LenientJson.text(in);
        case "title" -> title = LenientJson.text(in);
        default -> in.skipChildren();
      }
    }
    return new UrlCitation(orZero(start), orZero(end), orEmpty(url), title);
  }

  static ResponseAudio audio(JsonParser in) throws IOException {
    String id = null;
    String data = null;
    Long expiresAt = null;
    String transcript = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "id" -> id = LenientJson.text(in);
        case "data" -> data = LenientJson.text(in);
        case "expires_at" -> expiresAt = LenientJson.whole(in);
        case "transcript" -> transcript = LenientJson.text(in);
        default -> in.skipChildren();
      }
    }
    return new ResponseAudio(orEmpty(id), data, expiresAt, transcript);
  }
}
