// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import io.completionworker.avro.ToolCall;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes messages, their content, and functions. */
final class MessageEncoder {

  private MessageEncoder() {}

  static void messages(JsonGenerator out, List<Message> messages) throws IOException {
    out.writeStartArray();
    for (Message message : messages) {
      message(out, message);
    }
    out.writeEndArray();
  }

  private static void message(JsonGenerator out, Message message) throws IOException {
    BodyWriter body = BodyWriter.start(out, message.getExtra(), "messages.extra");
    body.text("role", message.getRole());
    if (body.has("content", message.getContent())) {
      content(out, message.getContent());
    } else if (addsNullContent(message, body.extra())) {
      out.writeNullField("content");
    }
    body.text("name", message.getName());
    FunctionCalls.toolCalls(out, body.own("tool_calls", message.getToolCalls()));
    body.text("tool_call_id", message.getToolCallId());
    body.text("refusal", message.getRefusal());
    FunctionCalls.functionCall(out, body.own("function_call", message.getFunctionCall()));
    if (body.has("audio", message.getAudio())) {
      out.writeStartObject();
      out.writeStringField("id", message.getAudio().getId());
      out.writeEndObject();
    }
    body.end();
  }

  /**
   * Whether a null is written for missing content. An {@code extra} that repeats the role means
   * that the message is to be sent as it is.
   */
  private static boolean addsNullContent(Message message, Map<String, String> extra) {
    return message.getContent() == null
        && saysItHasNone(message.getRole())
        && !extra.containsKey("content")
        && !extra.containsKey("role");
  }

  /** Whether a message of this role may have no content. Some providers expect a null then. */
  static boolean saysItHasNone(String role) {
    return role.equals("assistant") || role.equals("function");
  }

  /** Writes the content, which is text or an array of parts. */
  static void content(JsonGenerator out, Object content) throws IOException {
    if (content instanceof CharSequence text) {
      out.writeString(text.toString());
    } else if (content instanceof List<?> parts) {
      out.writeStartArray();
      for (Object part : parts) {
        part(out, (ContentPart) part);
      }
      out.writeEndArray();
    } else {
      throw new IllegalArgumentException("content is neither text nor an array of parts");
    }
  }

  private static void part(JsonGenerator out, ContentPart part) throws IOException {
    BodyWriter body = BodyWriter.start(out, part.getExtra(), "content.extra");
    body.text("type", part.getType());
    body.text("text", part.getText());
    body.text("refusal", part.getRefusal());
    ImageUrl image = part.getImageUrl();
    if (body.has("image_url", image)) {
      out.writeStartObject();
      out.writeStringField("url", image.getUrl());
      optional(out, "detail", image.getDetail());
      out.writeEndObject();
    }
    if (body.has("input_audio", part.getInputAudio())) {
      out.writeStartObject();
      out.writeStringField("data", part.getInputAudio().getData());
      out.writeStringField("format", part.getInputAudio().getFormat());
      out.writeEndObject();
    }
    FilePart file = part.getFile();
    if (body.has("file", file)) {
      out.writeStartObject();
      optional(out, "file_id", file.getFileId());
      optional(out, "filename", file.getFilename());
      optional(out, "file_data", file.getFileData());
      out.writeEndObject();
    }
    body.end();
  }

  /** Writes a function that the model may call. */
  static void definition(JsonGenerator out, FunctionDefinition function, String path)
      throws IOException {
    BodyWriter body = BodyWriter.start(out, function.getExtra(), path + ".extra");
    body.text("name", function.getName());
    body.text("description", function.getDescription());
    body.json("parameters", function.getParameters(), path);
    body.flag("strict", function.getStrict());
    body.end();
  }

  static void optional(JsonGenerator out, String name, @Nullable String value) throws IOException {
    if (value != null) {
      out.writeStringField(name, value);
    }
  }

  static void optional(JsonGenerator out, String name, @Nullable Boolean value) throws IOException {
    if (value != null) {
      out.writeBooleanField(name, value);
    }
  }

  /**
   * Writes the calls of a message, in a request or in an answer. Writes no field if there are none.
   */
  private static final class FunctionCalls {

    private FunctionCalls() {}

    /** Writes the field {@code tool_calls}. */
    static void toolCalls(JsonGenerator out, @Nullable List<ToolCall> calls) throws IOException {
      if (calls == null) {
        return;
      }
      out.writeArrayFieldStart("tool_calls");
      for (ToolCall call : calls) {
        BodyWriter body = BodyWriter.start(out, call.getExtra(), "tool_calls.extra");
        body.text("id", call.getId());
        body.text("type", call.getType());
        if (body.has("function", call.getFunction())) {
          function(out, call.getFunction());
        }
        body.end();
      }
      out.writeEndArray();
    }

    /** Writes the deprecated field {@code function_call}. */
    static void functionCall(JsonGenerator out, @Nullable FunctionCall call) throws IOException {
      if (call != null) {
        out.writeFieldName("function_call");
        function(out, call);
      }
    }

    private static void function(JsonGenerator out, FunctionCall call) throws IOException {
      out.writeStartObject();
      out.writeStringField("name", call.getName());
      out.writeStringField("arguments", call.getArguments());
      out.writeEndObject();
    }
  }
}
