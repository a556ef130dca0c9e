// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The endpoint's own view of nonsense: 400 with the first fault it finds. */
final class RequestCheck {

  private RequestCheck() {}

  static Optional<Reply> refusal(JsonNode body) {
    String fault = fault(body);
    return fault == null
        ? Optional.empty()
        : Optional.of(Reply.error(400, "invalid_request_error", "invalid_value", fault));
  }

  private static @Nullable String fault(JsonNode body) {
    if (!body.isObject()) {
      return "We could not parse the JSON body of your request.";
    }
    if (body.path("model").asText().isEmpty()) {
      return "you must provide a model parameter";
    }
    String fault = messagesFault(body.path("messages"));
    if (fault == null) {
      fault = rangeFault(body);
    }
    return fault == null ? combinationFault(body) : fault;
  }

  private static @Nullable String messagesFault(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      return "Invalid 'messages': empty array. Expected an array with minimum length 1.";
    }
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      if (role.isEmpty()) {
        return "Missing required parameter: 'messages.role'.";
      }
      if (role.equals("tool") && message.path("tool_call_id").asText().isEmpty()) {
        return "Missing parameter 'tool_call_id': messages with role 'tool' must have one.";
      }
    }
    return null;
  }

  private static @Nullable String rangeFault(JsonNode body) {
    if (outside(body, "temperature", 0, 2)) {
      return "Invalid value for 'temperature'.";
    }
    if (outside(body, "top_p", 0, 1)) {
      return "Invalid value for 'top_p'.";
    }
    if (outside(body, "n", 1, 128)) {
      return "Invalid value for 'n'.";
    }
    if (outside(body, "top_logprobs", 0, 20)) {
      return "Invalid value for 'top_logprobs'.";
    }
    return outside(body, "frequency_penalty", -2, 2) || outside(body, "presence_penalty", -2, 2)
        ? "Invalid value for a penalty."
        : null;
  }

  private static @Nullable String combinationFault(JsonNode body) {
    if (body.path("stop").size() > 4) {
      return "Invalid 'stop': array too long. Expected an array with maximum length 4.";
    }
    if (body.has("top_logprobs") && !body.path("logprobs").asBoolean()) {
      return "'top_logprobs' is only allowed when 'logprobs' is enabled.";
    }
    return null;
  }

  private static boolean outside(JsonNode body, String field, double least, double most) {
    JsonNode value = body.path(field);
    return value.isNumber() && (value.asDouble() < least || value.asDouble() > most);
  }
}
