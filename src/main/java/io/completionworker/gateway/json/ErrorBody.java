package io.completionworker.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a failed call says, whichever of its shapes it has: the API's {@code error}
 * object (with or without the gateway's {@code provider} beside it), the gateway's {@code
 * status/message}, the gateway's {@code html-message} around text that was not JSON, or no JSON.
 *
 * @param message or null when there is no JSON, or none that says anything
 * @param type error.type
 * @param code error.code, or the number that the hosted gateway writes into its message
 * @param param error.param
 */
public record ErrorBody(
    @Nullable String message,
    @Nullable String type,
    @Nullable String code,
    @Nullable String param) {

  private static final ErrorBody SILENT = new ErrorBody(null, null, null, null);
  private static final int MAX_BYTES = 1024 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CODE_IN_MESSAGE = Pattern.compile("Error Code: *(\\w{1,20})");

  /** Reads a body; never fails. */
  public static ErrorBody read(byte[] body) {
    if (body.length == 0 || body.length > MAX_BYTES) {
      return SILENT;
    }
    try {
      JsonNode root = JSON.readTree(body);
      return root != null && root.isObject() ? ofObject(root) : SILENT;
    } catch (IOException e) {
      return SILENT;
    }
  }

  private static ErrorBody ofObject(JsonNode root) {
    JsonNode error = root.path("error");
    String message = error.isTextual() ? error.textValue() : text(error, "message");
    for (String name : new String[] {"message", "html-message", "detail"}) {
      message = message == null ? text(root, name) : message;
    }
    String code = text(error, "code");
    return new ErrorBody(
        message, text(error, "type"), code == null ? codeIn(message) : code, text(error, "param"));
  }

  private static @Nullable String text(JsonNode parent, String name) {
    JsonNode value = parent.path(name);
    return value.isTextual() || value.isNumber() ? value.asText() : null;
  }

  private static @Nullable String codeIn(@Nullable String message) {
    if (message == null) {
      return null;
    }
    Matcher matcher = CODE_IN_MESSAGE.matcher(message);
    return matcher.find() ? matcher.group(1) : null;
  }
}
