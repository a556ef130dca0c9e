// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static io.completionworker.gateway.json.LenientJson.word;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.gateway.json.ChoiceDecoder.FinishReasons;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error that an endpoint reports, in any of its forms: the API's {@code error} object (with or
 * without the gateway's {@code provider} beside it), an array around it (Google), an {@code error}
 * that is a string (TGI), {@code object: error} (vLLM), {@code detail} (FastAPI), {@code errors}
 * (Cloudflare), {@code base_resp} (MiniMax), the gateway's {@code status/message} and its {@code
 * html-message} around text that was not JSON, or no JSON.
 *
 * @param message the message; null if there is no JSON or it contains no message
 * @param type error.type, or its equivalent
 * @param code Google's {@code reason}, or error.code, or the number that the hosted gateway writes
 *     into its message
 * @param param error.param
 * @param status HTTP status that the body states as a number, from 400 to 599; or null
 */
public record ErrorBody(
    @Nullable String message,
    @Nullable String type,
    @Nullable String code,
    @Nullable String param,
    @Nullable Integer status) {

  /** An error about which nothing is known. */
  public static final ErrorBody SILENT = new ErrorBody(null, null, null, null, null);

  private static final int MAX_BYTES = 1024 * 1024;
  private static final AnswerJson JSON = new AnswerJson(MAX_BYTES);
  private static final Pattern CODE_IN_MESSAGE = Pattern.compile("Error Code: *(\\w{1,20})");
  private static final Pattern DATA_LINE = Pattern.compile("(?m)^(?:data|error): *(\\{.*)$");
  private static final Set<String> NO_FAULT = Set.of("0", "200", "ok", "success");

  private static final String[] MESSAGES =
      ("message msg detail html-message error_description error_msg Message status_msg"
              + " error_message errorMessage faultstring title error")
          .split(" ");

  private static final String[] TYPES = {"type", "error_type", "__type"};
  private static final String[] CODES = {"code", "error_code", "status_code"};
  private static final String[] STATUSES = {
    "code", "status", "status_code", "statusCode", "http_code", "error_code", "error"
  };

  /**
   * Returns the same with this type, if it has none: AWS names errors in a header, with an address
   * behind a colon.
   */
  public ErrorBody named(@Nullable String header) {
    return header == null || type != null
        ? this
        : new ErrorBody(message, header.split(":", 2)[0].strip(), code, param, status);
  }

  /** Reads the body of a failed call. Never throws. */
  public static ErrorBody read(byte[] body) {
    AnswerJson.Document read = json(body);
    return read.fault() != null || read.roots().isEmpty() ? SILENT : of(read.roots().get(0));
  }

  /** Reads the JSON of the body of a failed call, or of its first event. Never throws. */
  static AnswerJson.Document json(byte[] body) {
    if (body.length > MAX_BYTES) {
      return new AnswerJson.Document("", List.of(), "too large");
    }
    String text = AnswerJson.text(body);
    Matcher event = DATA_LINE.matcher(text);
    String json = !text.stripLeading().startsWith("{") && event.find() ? event.group(1) : text;
    return JSON.read(json);
  }

  /**
   * Returns the error that an answer or an event of a stream reports in place of, beside or inside
   * its choices, or null if it reports none. A finish reason that names an error counts as one.
   */
  public static @Nullable ErrorBody fault(JsonNode said) {
    if (said.isArray()) {
      return said.path(0).isObject() ? fault(said.path(0)) : null;
    }
    if (!said.isObject()) {
      return null;
    }
    JsonNode choices = said.path("choices");
    if (saysSomething(said.path("error")) || (!hasElements(choices) && isError(said))) {
      return of(said);
    }
    if (isFault(said.path("base_resp").path("status_code"))) {
      return ofError(said.path("base_resp"), said);
    }
    if (saysSomething(said.path("x_groq").path("error"))) {
      return of(said.path("x_groq"));
    }
    for (JsonNode choice : choices) {
      ErrorBody fault = ofChoice(choice);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private static boolean hasElements(JsonNode choices) {
    return choices.isArray() && !choices.isEmpty();
  }

  private static @Nullable ErrorBody ofChoice(JsonNode choice) {
    String reason = FinishReasons.of(choice);
    String named = reason != null && FinishReasons.namesFault(reason) ? reason : null;
    for (JsonNode holder : List.of(choice, choice.path("message"), choice.path("delta"))) {
      if (saysSomething(holder.path("error"))) {
        ErrorBody error = of(holder);
        return error.type == null && error.code == null
            ? new ErrorBody(error.message, named, null, error.param, error.status)
            : error;
      }
    }
    if (named == null) {
      return null;
    }
    JsonNode object = choice.path("finish_reason");
    ErrorBody error = object.isObject() ? ofError(object, object) : SILENT;
    String message = error.message == null ? "finish_reason " + named : error.message;
    return new ErrorBody(message, named, error.code, null, error.status);
  }

  /** Whether an object without choices reports an error. */
  private static boolean isError(JsonNode said) {
    String object = LenientJson.orEmpty(word(said.path("object")));
    String type = LenientJson.orEmpty(word(said.path("type")));
    String status = LenientJson.orEmpty(word(said.path("status"))).toLowerCase(Locale.ROOT);
    boolean failed = said.path("success").isBoolean() && !said.path("success").booleanValue();
    boolean coded =
        (isFault(said.path("code")) || status(said, said) != null)
            && (said.has("message") || said.has("msg") || said.has("detail"));
    return object.equals("error")
        || type.equals("error")
        || Set.of("failure", "failed", "error").contains(status)
        || failed
        || coded
        || saysSomething(said.path("errors"))
        || saysSomething(said.path("fault"))
        || saysSomething(said.path("detail"))
        || said.has("html-message")
        || said.has("__type")
        || isFault(said.path("error_code"))
        || saysSomething(said.path("error_msg"))
        || saysSomething(said.path("error_message"));
  }

  private static boolean isFault(JsonNode code) {
    String word = word(code);
    return word != null && !NO_FAULT.contains(word.toLowerCase(Locale.ROOT));
  }

  /** Whether a value reports an error. An empty object, an empty string and a zero do not. */
  private static boolean saysSomething(JsonNode error) {
    if (error.isContainerNode()) {
      for (JsonNode member : error) {
        if (saysSomething(member)) {
          return true;
        }
      }
      return false;
    }
    return error.isBoolean() ? error.booleanValue() : isFault(error);
  }

  /** Reads the JSON of an error. */
  public static ErrorBody of(JsonNode said) {
    JsonNode root = said.isArray() ? said.path(0) : said;
    for (String name : new String[] {"error", "errors", "fault", "base_resp", "detail"}) {
      JsonNode error = root.path(name);
      JsonNode inner = error.isArray() && !name.equals("detail") ? error.path(0) : error;
      if (inner.isObject()) {
        return ofError(inner, root);
      }
      if (inner.isTextual()) {
        return ofError(((ObjectNode) root).objectNode().set("message", inner), root);
      }
    }
    return ofError(root, root);
  }

  private static ErrorBody ofError(JsonNode error, JsonNode root) {
    String message = message(error);
    message = message == null ? message(root) : message;
    String code = first(CODES, error, root);
    String reason = reason(error.path("details"));
    return new ErrorBody(
        message,
        type(error, root),
        reason != null ? reason : code == null ? codeIn(message) : code,
        word(error.path("param")),
        status(error, root));
  }

  /** Returns Google's name of the error, which its numeric code does not tell. */
  private static @Nullable String reason(JsonNode details) {
    for (JsonNode detail : details) {
      String reason = word(detail.path("reason"));
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  /**
   * Returns the type of the error. Google sends it as text in {@code status}, beside a numeric
   * code.
   */
  private static @Nullable String type(JsonNode error, JsonNode root) {
    String type = first(TYPES, error);
    JsonNode status = error.path("status");
    if (type != null) {
      return type;
    }
    boolean google = status.isTextual() && (error.has("code") || !error.equals(root));
    return google ? word(status) : first(new String[] {"error_type"}, root);
  }

  private static @Nullable String first(String[] names, JsonNode... objects) {
    for (JsonNode object : objects) {
      for (String name : names) {
        String word = word(object.path(name));
        if (word != null) {
          return word;
        }
      }
    }
    return null;
  }

  private static @Nullable Integer status(JsonNode error, JsonNode root) {
    if (error.has("status_msg")) {
      return MiniMaxCodes.status(error.path("status_code").asInt());
    }
    for (JsonNode object : List.of(error, root)) {
      for (String name : STATUSES) {
        Integer number = LenientJson.small(object.path(name));
        if (number != null && number >= 400 && number <= 599) {
          return number;
        }
      }
    }
    return null;
  }

  private static @Nullable String message(JsonNode object) {
    for (String name : MESSAGES) {
      JsonNode said = object.path(name);
      String text = said.isContainerNode() ? texts(said) : word(said);
      if (text != null) {
        String raw = word(object.path("metadata").path("raw")); // OpenRouter: from the provider
        return raw == null ? text : text + ": " + raw;
      }
    }
    return null;
  }

  /** Joins several messages. FastAPI lists faults as objects with a location and a message. */
  private static @Nullable String texts(JsonNode said) {
    List<String> texts = new ArrayList<>();
    for (JsonNode part : said.isArray() ? said : List.of(said)) {
      String text = part.isObject() ? message(part) : word(part);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts.isEmpty() ? null : String.join("; ", texts);
  }

  private static @Nullable String codeIn(@Nullable String message) {
    if (message == null) {
      return null;
    }
    Matcher matcher = CODE_IN_MESSAGE.matcher(message);
    return matcher.find() ? matcher.group(1) : null;
  }
}
