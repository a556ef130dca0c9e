package io.completionworker.cli.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.AudioReference;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.InputAudio;
import io.completionworker.avro.Message;
import org.jspecify.annotations.Nullable;

/** Reads messages and their contents. */
final class MessageJson {

  private MessageJson() {}

  static Message message(JsonFields fields) {
    return Message.newBuilder()
        .setRole(fields.requiredText("role"))
        .setContent(content(fields))
        .setName(fields.text("name"))
        .setToolCalls(fields.objects("tool_calls", ToolJson::toolCall))
        .setToolCallId(fields.text("tool_call_id"))
        .setRefusal(fields.text("refusal"))
        .setFunctionCall(fields.object("function_call", ToolJson::functionCall))
        .setAudio(fields.object("audio", MessageJson::audioReference))
        .build();
  }

  /** A string, a list of parts or null, as the union of the schema has it. */
  static @Nullable Object content(JsonFields fields) {
    JsonNode content = fields.any("content");
    if (content == null) {
      return null;
    }
    return content.isTextual()
        ? content.asText()
        : JsonFields.objects(content, fields.pathOf("content"), MessageJson::part);
  }

  private static ContentPart part(JsonFields fields) {
    return ContentPart.newBuilder()
        .setType(fields.requiredText("type"))
        .setText(fields.text("text"))
        .setRefusal(fields.text("refusal"))
        .setImageUrl(fields.object("image_url", MessageJson::imageUrl))
        .setInputAudio(fields.object("input_audio", MessageJson::inputAudio))
        .setFile(fields.object("file", MessageJson::file))
        .build();
  }

  private static ImageUrl imageUrl(JsonFields fields) {
    return ImageUrl.newBuilder()
        .setUrl(fields.requiredText("url"))
        .setDetail(fields.text("detail"))
        .build();
  }

  private static InputAudio inputAudio(JsonFields fields) {
    return InputAudio.newBuilder()
        .setData(fields.requiredText("data"))
        .setFormat(fields.requiredText("format"))
        .build();
  }

  private static FilePart file(JsonFields fields) {
    return FilePart.newBuilder()
        .setFileId(fields.text("file_id"))
        .setFilename(fields.text("filename"))
        .setFileData(fields.text("file_data"))
        .build();
  }

  private static AudioReference audioReference(JsonFields fields) {
    return AudioReference.newBuilder().setId(fields.requiredText("id")).build();
  }
}
