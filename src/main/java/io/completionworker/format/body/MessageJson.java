// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.AudioReference;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FilePart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.InputAudio;
import io.completionworker.avro.Message;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import io.completionworker.gateway.json.RequestEncoder;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads messages and their contents. */
final class MessageJson {

  private static final Set<String> TYPES =
      Set.of("text", "refusal", "image_url", "input_audio", "file");

  private MessageJson() {}

  /** Reads a message. Only its role must fit the schema. */
  static Message message(JsonFields fields) {
    return Message.newBuilder()
        .setRole(role(fields))
        .setContent(messageContent(fields))
        .setName(fields.text("name"))
        .setToolCalls(fields.objects("tool_calls", ToolJson::toolCall))
        .setToolCallId(fields.text("tool_call_id"))
        .setRefusal(fields.text("refusal"))
        .setFunctionCall(fields.object("function_call", ToolJson::functionCall))
        .setAudio(fields.object("audio", MessageJson::audioReference))
        .setExtra(fields.extra())
        .build();
  }

  private static String role(JsonFields fields) {
    String role = fields.text("role");
    if (role == null) {
      String fault = fields.has("role") ? "is not a string" : "is missing";
      throw BodyFaultException.wrong(fields.pathOf("role"), fault);
    }
    return role;
  }

  /**
   * Takes the content, and ensures that null content is sent if and only if the body has it. The
   * encoder adds null content for some roles, unless {@code extra} repeats the role.
   */
  private static @Nullable Object messageContent(JsonFields fields) {
    Object content = content(fields);
    if (RequestEncoder.addsNullContent(fields.peek("role").asText())) {
      if (!fields.has("content")) {
        fields.keep("role");
      } else if (fields.peek("content").isNull()) {
        fields.take("content");
      }
    }
    return content;
  }

  /**
   * Takes a string or a list of parts, the two types of the schema's union. Returns null for
   * anything else.
   */
  static @Nullable Object content(JsonFields fields) {
    JsonNode content = fields.peek("content");
    return content.isTextual()
        ? fields.text("content")
        : fields.objects("content", MessageJson::part);
  }

  /** Reads a content part. A part of an unknown type keeps everything in {@code extra}. */
  private static ContentPart part(JsonFields fields) {
    String type = fields.requiredText("type");
    ContentPart.Builder part = ContentPart.newBuilder().setType(type);
    if (TYPES.contains(type)) {
      part.setText(fields.text("text"))
          .setRefusal(fields.text("refusal"))
          .setImageUrl(fields.object("image_url", MessageJson::imageUrl))
          .setInputAudio(fields.object("input_audio", MessageJson::inputAudio))
          .setFile(fields.object("file", MessageJson::file));
    } else {
      fields.keep("type");
    }
    return part.setExtra(fields.extra()).build();
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

  /** Reads tools, the choice among them and calls of them, including the deprecated forms. */
  static final class ToolJson {

    private static final String FUNCTION = "function";

    private ToolJson() {}

    static Tool tool(JsonFields fields) {
      return Tool.newBuilder()
          .setType(type(fields))
          .setFunction(function(fields, ToolJson::definition))
          .setExtra(fields.extra())
          .build();
    }

    static FunctionDefinition definition(JsonFields fields) {
      return FunctionDefinition.newBuilder()
          .setName(fields.requiredText("name"))
          .setDescription(fields.text("description"))
          .setParameters(fields.json("parameters"))
          .setStrict(fields.flag("strict"))
          .setExtra(fields.extra())
          .build();
    }

    /** Takes {@code tool_choice}: a mode, or an object that names a function. */
    static @Nullable ToolChoice toolChoice(JsonFields fields) {
      String mode = fields.text("tool_choice");
      return mode == null
          ? fields.object("tool_choice", ToolJson::namedChoice)
          : ToolChoice.newBuilder().setMode(mode).build();
    }

    /** Takes {@code function_call} of a request: a mode, or an object with a name. */
    static @Nullable FunctionCallOption functionCallOption(JsonFields fields) {
      String mode = fields.text("function_call");
      return mode == null
          ? fields.object(
              "function_call",
              option ->
                  FunctionCallOption.newBuilder().setName(option.requiredText("name")).build())
          : FunctionCallOption.newBuilder().setMode(mode).build();
    }

    static ToolCall toolCall(JsonFields fields) {
      return ToolCall.newBuilder()
          .setId(fields.requiredText("id"))
          .setType(type(fields))
          .setFunction(function(fields, ToolJson::functionCall))
          .setExtra(fields.extra())
          .build();
    }

    static FunctionCall functionCall(JsonFields fields) {
      return FunctionCall.newBuilder()
          .setName(fields.requiredText("name"))
          .setArguments(fields.requiredText("arguments"))
          .build();
    }

    /**
     * Takes the type. An unknown type is repeated in {@code extra}, so that it is not mistaken for
     * an error.
     */
    private static String type(JsonFields fields) {
      String type = fields.requiredText("type");
      if (!type.equals(FUNCTION)) {
        fields.keep("type");
      }
      return type;
    }

    /**
     * Takes the function. If the type is unknown, the member of this name is left for {@code
     * extra}.
     */
    private static <T> @Nullable T function(JsonFields fields, Function<JsonFields, T> reader) {
      boolean known = fields.peek("type").asText().equals(FUNCTION);
      return known ? fields.object(FUNCTION, reader) : null;
    }

    private static ToolChoice namedChoice(JsonFields fields) {
      if (!fields.requiredText("type").equals(FUNCTION)) {
        throw BodyFaultException.unknown(fields.pathOf("type"), "is not function");
      }
      FunctionName function =
          fields.object(
              FUNCTION,
              name -> FunctionName.newBuilder().setName(name.requiredText("name")).build());
      return ToolChoice.newBuilder().setFunction(fields.required(function, FUNCTION)).build();
    }
  }
}
