// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.format.body.BodyJson;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import io.completionworker.gateway.json.RequestEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Converts the forms that only the schema of requests has into those of the endpoint: {@code extra}
 * of messages, content parts, tool calls, tools and functions, JSON Schemas as strings of JSON, and
 * the choice of a tool or function as an object with a mode. Each becomes what a worker sends for
 * it.
 */
final class RequestForms {

  private RequestForms() {}

  /** Changes a request into the body that it represents. */
  static void toBody(ObjectNode request) {
    each(request, "messages", "", RequestForms::message);
    each(request, "tools", "", RequestForms::tool);
    each(request, "functions", "", RequestForms::function);
    if (request.path("prediction") instanceof ObjectNode prediction) {
      each(prediction, "content", "prediction.", RequestForms::mergeExtra);
    }
    if (request.path("response_format").path("json_schema") instanceof ObjectNode format) {
      parse(format, "schema");
    }
    choice(request, "tool_choice");
    choice(request, "function_call");
  }

  private static void message(ObjectNode message, String path) {
    each(message, "content", path + ".", RequestForms::mergeExtra);
    each(message, "tool_calls", path + ".", RequestForms::mergeExtra);
    String role = message.path("role").asText();
    ObjectNode extra = parsed(message.path("extra"));
    boolean repeatsRole = extra != null && extra.has("role");
    mergeExtra(message, path);
    // In the schema, no content means null for roles that may have null content, unless extra
    // repeats the role.
    if (!message.has("content") && !repeatsRole && RequestEncoder.addsNullContent(role)) {
      message.putNull("content");
    }
  }

  private static void tool(ObjectNode tool, String path) {
    if (tool.path("function") instanceof ObjectNode function) {
      function(function, path + ".function");
    }
    mergeExtra(tool, path);
  }

  private static void function(ObjectNode function, String path) {
    parse(function, "parameters");
    mergeExtra(function, path);
  }

  /**
   * Replaces an object with a mode by the mode. Adds the type that the endpoint requires to an
   * object that names a function.
   */
  private static void choice(ObjectNode request, String name) {
    if (!(request.path(name) instanceof ObjectNode choice) || choice.has("type")) {
      return;
    }
    if (choice.path("mode").isTextual() && choice.size() == 1) {
      request.set(name, choice.get("mode"));
    } else if (choice.path("function").isObject() && choice.size() == 1) {
      choice.put("type", "function");
    }
  }

  /**
   * Replaces a string that contains a JSON object by this object. Any other value is left for the
   * endpoint to judge.
   */
  private static void parse(ObjectNode holder, String name) {
    ObjectNode parsed = parsed(holder.path(name));
    if (parsed != null) {
      holder.set(name, parsed);
    }
  }

  private static void mergeExtra(ObjectNode holder, String path) {
    JsonNode extra = holder.path("extra");
    if (extra.isMissingNode()) {
      return;
    }
    holder.remove("extra");
    if (!extra.isNull()) {
      holder.setAll(object(extra, path + ".extra"));
    }
  }

  /** Returns the object, or the one that a string contains. */
  static ObjectNode object(JsonNode given, String path) {
    ObjectNode object = given instanceof ObjectNode already ? already : parsed(given);
    if (object == null) {
      throw BodyFaultException.wrong(path, "is neither an object nor a string of JSON with one");
    }
    return object;
  }

  private static @Nullable ObjectNode parsed(JsonNode text) {
    if (!text.isTextual()) {
      return null;
    }
    try {
      return BodyJson.parsed(text.textValue());
    } catch (BodyFaultException e) {
      return null;
    }
  }

  private interface Change {
    void of(ObjectNode object, String path);
  }

  private static void each(ObjectNode holder, String name, String above, Change change) {
    JsonNode items = holder.path(name);
    for (int i = 0; items.isArray() && i < items.size(); i++) {
      if (items.get(i) instanceof ObjectNode object) {
        change.of(object, above + name + "[" + i + "]");
      }
    }
  }
}
