// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.avro.Choice;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.Message;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.avro.ToolCall;
import io.opentelemetry.api.common.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Formats prompts and answers as JSON by OpenTelemetry's conventions: messages with a role and
 * typed parts. Media are named but not included, because a span must not carry megabytes.
 */
final class MessageContent {

  private MessageContent() {}

  static String of(List<Message> messages) {
    return Value.of(messages.stream().<Value<?>>map(MessageContent::message).toList()).asString();
  }

  static String ofAnswer(List<Choice> choices) {
    return Value.of(choices.stream().<Value<?>>map(MessageContent::choice).toList()).asString();
  }

  private static Value<?> message(Message message) {
    List<Value<?>> parts = new ArrayList<>();
    if (message.getToolCallId() != null) {
      parts.add(
          object(
              "type", "tool_call_response",
              "id", message.getToolCallId(),
              "response", text(message.getContent())));
    } else {
      content(parts, message.getContent());
    }
    put(parts, message.getRefusal());
    calls(parts, message.getToolCalls(), message.getFunctionCall());
    return parts(message.getRole(), parts, "name", message.getName());
  }

  private static Value<?> choice(Choice choice) {
    ResponseMessage message = choice.getMessage();
    List<Value<?>> parts = new ArrayList<>();
    if (message.getReasoningContent() != null) {
      parts.add(object("type", "reasoning", "content", message.getReasoningContent()));
    }
    put(parts, message.getContent());
    put(parts, message.getRefusal());
    calls(parts, message.getToolCalls(), message.getFunctionCall());
    return parts(message.getRole(), parts, "finish_reason", choice.getFinishReason());
  }

  private static void content(List<Value<?>> parts, @Nullable Object content) {
    if (content instanceof String text) {
      put(parts, text);
    } else if (content instanceof List<?> several) {
      for (Object part : several) {
        if (part instanceof ContentPart one) {
          parts.add(part(one));
        }
      }
    }
  }

  private static Value<?> part(ContentPart part) {
    if (part.getText() != null) {
      return object("type", "text", "content", part.getText());
    }
    if (part.getImageUrl() != null && !part.getImageUrl().getUrl().startsWith("data:")) {
      return object("type", "uri", "modality", "image", "uri", part.getImageUrl().getUrl());
    }
    return part.getRefusal() == null
        ? object("type", part.getType())
        : object("type", "text", "content", part.getRefusal());
  }

  private static String text(@Nullable Object content) {
    List<Value<?>> parts = new ArrayList<>();
    content(parts, content);
    return content instanceof String text ? text : Value.of(parts).asString();
  }

  private static void put(List<Value<?>> parts, @Nullable String text) {
    if (text != null) {
      parts.add(object("type", "text", "content", text));
    }
  }

  private static void calls(
      List<Value<?>> parts, @Nullable List<ToolCall> tools, @Nullable FunctionCall function) {
    if (tools != null) {
      tools.forEach(call -> parts.add(call(call)));
    }
    if (function != null) {
      parts.add(
          object(
              "type",
              "tool_call",
              "name",
              function.getName(),
              "arguments",
              function.getArguments()));
    }
  }

  private static Value<?> call(ToolCall call) {
    FunctionCall function = call.getFunction();
    return function == null
        ? object("type", "tool_call", "id", call.getId(), "name", call.getType())
        : object(
            "type", "tool_call",
            "id", call.getId(),
            "name", function.getName(),
            "arguments", function.getArguments());
  }

  private static Value<?> parts(
      String role, List<Value<?>> parts, String key, @Nullable String value) {
    Map<String, Value<?>> members = new LinkedHashMap<>();
    members.put("role", Value.of(role));
    members.put("parts", Value.of(parts));
    if (value != null) {
      members.put(key, Value.of(value));
    }
    return Value.of(members);
  }

  /** Returns an object of these members, given as alternating names and values. */
  private static Value<?> object(String... members) {
    Map<String, Value<?>> object = new LinkedHashMap<>();
    for (int i = 0; i < members.length; i += 2) {
      object.put(members[i], Value.of(members[i + 1]));
    }
    return Value.of(object);
  }
}
