package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes messages, their content and functions. */
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
    out.writeStartObject();
    out.writeStringField("role", message.getRole());
    if (message.getContent() != null) {
      out.writeFieldName("content");
      content(out, message.getContent());
    } else if (saysItHasNone(message.getRole())) {
      out.writeNullField("content");
    }
    optional(out, "name", message.getName());
    FunctionCalls.toolCalls(out, message.getToolCalls());
    optional(out, "tool_call_id", message.getToolCallId());
    optional(out, "refusal", message.getRefusal());
    FunctionCalls.functionCall(out, message.getFunctionCall());
    if (message.getAudio() != null) {
      out.writeObjectFieldStart("audio");
      out.writeStringField("id", message.getAudio().getId());
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  /** These roles may go without content, and some providers want to see the null. */
  private static boolean saysItHasNone(String role) {
    return role.equals("assistant") || role.equals("function");
  }

  /** Text, or an array of parts. */
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
    out.writeStartObject();
    out.writeStringField("type", part.getType());
    optional(out, "text", part.getText());
    optional(out, "refusal", part.getRefusal());
    ImageUrl image = part.getImageUrl();
    if (image != null) {
      out.writeObjectFieldStart("image_url");
      out.writeStringField("url", image.getUrl());
      optional(out, "detail", image.getDetail());
      out.writeEndObject();
    }
    if (part.getInputAudio() != null) {
      out.writeObjectFieldStart("input_audio");
      out.writeStringField("data", part.getInputAudio().getData());
      out.writeStringField("format", part.getInputAudio().getFormat());
      out.writeEndObject();
    }
    FilePart file = part.getFile();
    if (file != null) {
      out.writeObjectFieldStart("file");
      optional(out, "file_id", file.getFileId());
      optional(out, "filename", file.getFilename());
      optional(out, "file_data", file.getFileData());
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  /** A function that the model may call. */
  static void definition(
      JsonFactory json, JsonGenerator out, FunctionDefinition function, String path)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("name", function.getName());
    optional(out, "description", function.getDescription());
    RawJson.field(json, out, "parameters", function.getParameters(), path);
    optional(out, "strict", function.getStrict());
    out.writeEndObject();
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
}
