// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.LenientJson.orEmpty;
import static io.completionworker.gateway.json.LenientJson.orZero;
import static io.completionworker.gateway.json.LenientJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.Annotation;
import io.completionworker.avro.Choice;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ResponseAudio;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.avro.TopLogprob;
import io.completionworker.avro.UrlCitation;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a choice and its message, or a delta of them, into the typed records. A value that the
 * records cannot hold is converted if its meaning is clear. Otherwise it remains only in the
 * answer's body.
 */
public final class ChoiceDecoder {

  private static final Set<String> CALL_FIELDS = Set.of("id", "type", "index", "function");
  private static final Set<String> FUNCTION_FIELDS = Set.of("name", "arguments");

  private ChoiceDecoder() {}

  /** Returns the choice, or null if it has no message. */
  static @Nullable Choice choice(JsonNode choice, int place) {
    JsonNode message = choice.path("message");
    Integer index = LenientJson.small(choice.path("index"));
    return message.isObject()
        ? new Choice(
            index == null ? place : index,
            message(message),
            FinishReasons.of(choice),
            logprobs(choice))
        : null;
  }

  /** Returns a delta of a choice, for chunk records. Its tool calls are passed by the caller. */
  public static ChoiceDelta delta(
      int index, JsonNode choice, JsonNode delta, @Nullable List<ToolCallDelta> toolCalls) {
    return new ChoiceDelta(
        index,
        text(delta.path("role")),
        ContentParts.content(delta),
        ContentParts.refusal(delta),
        toolCalls,
        FinishReasons.of(choice),
        logprobs(choice),
        ContentParts.reasoning(delta));
  }

  private static ResponseMessage message(JsonNode message) {
    String role = LenientJson.word(message.path("role"));
    JsonNode calls = message.path("tool_calls");
    return new ResponseMessage(
        role == null ? "assistant" : role,
        ContentParts.content(message),
        ContentParts.refusal(message),
        calls.isObject()
            ? only(toolCall(calls))
            : LenientJson.objects(calls, ChoiceDecoder::toolCall),
        LenientJson.object(message.path("function_call"), ChoiceDecoder::functionCall),
        LenientJson.objects(message.path("annotations"), ChoiceDecoder::annotation),
        LenientJson.object(message.path("audio"), ChoiceDecoder::audio),
        ContentParts.reasoning(message));
  }

  private static @Nullable List<ToolCall> only(@Nullable ToolCall call) {
    return call == null ? null : List.of(call);
  }

  /**
   * Returns the tool call, or null if it names nothing to call. Members for which a function call
   * has no field become its extra members.
   */
  private static @Nullable ToolCall toolCall(JsonNode call) {
    boolean custom = !call.path("function").isObject() && call.path("custom").isObject();
    JsonNode function = custom ? null : called(call);
    if (function == null && !custom) {
      return null;
    }
    String type = LenientJson.word(call.path("type"));
    return new ToolCall(
        orEmpty(text(call.path("id"))),
        type == null ? (custom ? "custom" : "function") : type,
        function == null ? null : functionCall(function),
        extra(call, function));
  }

  private static @Nullable String extra(JsonNode call, @Nullable JsonNode function) {
    ObjectNode extra = JsonNodeFactory.instance.objectNode();
    call.properties().stream()
        .filter(member -> !CALL_FIELDS.contains(member.getKey()))
        .filter(member -> !call.equals(function) || !FUNCTION_FIELDS.contains(member.getKey()))
        .forEach(member -> extra.set(member.getKey(), member.getValue()));
    return extra.isEmpty() ? null : AnswerJson.write(extra);
  }

  /**
   * Returns the object with the name and the arguments of a tool call, or null if there is none.
   */
  public static @Nullable JsonNode called(JsonNode call) {
    for (String kind : new String[] {"function", "custom"}) {
      if (call.path(kind).isObject()) {
        return call.path(kind);
      }
    }
    return call.has("name") || call.has("arguments") ? call : null;
  }

  /**
   * Returns the arguments of a function or the input of a custom tool, or null if there are none.
   */
  public static @Nullable String arguments(JsonNode function) {
    JsonNode arguments = function.path("arguments");
    return LenientJson.textOrJson(
        arguments.isMissingNode() || arguments.isNull() ? function.path("input") : arguments);
  }

  private static FunctionCall functionCall(JsonNode function) {
    return new FunctionCall(orEmpty(text(function.path("name"))), orEmpty(arguments(function)));
  }

  private static Annotation annotation(JsonNode annotation) {
    return new Annotation(
        orEmpty(text(annotation.path("type"))),
        LenientJson.object(annotation.path("url_citation"), ChoiceDecoder::citation));
  }

  private static UrlCitation citation(JsonNode citation) {
    return new UrlCitation(
        orZero(LenientJson.small(citation.path("start_index"))),
        orZero(LenientJson.small(citation.path("end_index"))),
        orEmpty(text(citation.path("url"))),
        text(citation.path("title")));
  }

  private static ResponseAudio audio(JsonNode audio) {
    return new ResponseAudio(
        orEmpty(text(audio.path("id"))),
        text(audio.path("data")),
        LenientJson.whole(audio.path("expires_at")),
        text(audio.path("transcript")));
  }

  private static @Nullable ChoiceLogprobs logprobs(JsonNode choice) {
    return LenientJson.object(
        choice.path("logprobs"),
        logprobs ->
            new ChoiceLogprobs(
                LenientJson.objects(logprobs.path("content"), ChoiceDecoder::token),
                LenientJson.objects(logprobs.path("refusal"), ChoiceDecoder::token)));
  }

  /** Returns the token, or null if it has no log probability. */
  private static @Nullable TokenLogprob token(JsonNode token) {
    Double logprob = LenientJson.number(token.path("logprob"));
    List<TopLogprob> top =
        LenientJson.objects(token.path("top_logprobs"), ChoiceDecoder::topLogprob);
    return logprob == null
        ? null
        : new TokenLogprob(
            orEmpty(text(token.path("token"))),
            logprob,
            bytes(token),
            top == null ? List.of() : top);
  }

  private static @Nullable TopLogprob topLogprob(JsonNode token) {
    Double logprob = LenientJson.number(token.path("logprob"));
    return logprob == null
        ? null
        : new TopLogprob(orEmpty(text(token.path("token"))), logprob, bytes(token));
  }

  private static @Nullable List<Integer> bytes(JsonNode token) {
    return LenientJson.list(token.path("bytes"), LenientJson::small);
  }

  /**
   * Distinguishes finish reasons that end an answer from those that name an error. Providers extend
   * the list, so an unknown reason ends an answer.
   */
  static final class FinishReasons {

    /**
     * Matches the name of an error: {@code error}, {@code overloaded_error}, {@code network_error},
     * {@code ServerError}, and the words that DeepSeek ({@code insufficient_system_resource}), vLLM
     * and SGLang ({@code abort}) and others use instead.
     */
    private static final Pattern FAULT =
        Pattern.compile(
            "(.*[_ -])?(error(ed)?|failed|failure|exception|overloaded|unavailable)"
                + "|\\w*(error|exception|unavailable)"
                + "|error[^a-z].*|internal|crashed|(connection_)?(lost|reset|closed)"
                + "|insufficient_(system_resource|quota|balance|credits)"
                + "|(capacity|quota)_exceeded|(user_)?(abort(ed)?|cancel(l?ed)?)"
                + "|timeout|timed_out|interrupted|disconnected|rate_limit(ed|_exceeded)?");

    private FinishReasons() {}

    /**
     * Returns the finish reason of a choice, or null while it has none. Some endpoints send an
     * empty string or the word {@code null} in all chunks but the last. Some send an object with a
     * {@code type}.
     */
    static @Nullable String of(JsonNode choice) {
      JsonNode beside = choice.path("finish_reason");
      JsonNode said = beside.isMissingNode() ? choice.path("delta").path("finish_reason") : beside;
      JsonNode reason = said.isObject() ? said.path("type") : said;
      String text = reason.isTextual() ? reason.textValue().strip() : "";
      return text.isEmpty() || text.equals("null") || text.equals("None") ? null : text;
    }

    static boolean namesFault(String reason) {
      return FAULT.matcher(reason.toLowerCase(Locale.ROOT)).matches();
    }
  }
}
