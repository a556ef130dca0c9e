package io.completionworker.cli.body;

import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import org.jspecify.annotations.Nullable;

/** Reads tools, the choice among them and calls of them, the deprecated forms too. */
final class ToolJson {

  private ToolJson() {}

  static Tool tool(JsonFields fields) {
    return Tool.newBuilder()
        .setType(fields.requiredText("type"))
        .setFunction(fields.required(fields.object("function", ToolJson::definition), "function"))
        .build();
  }

  static FunctionDefinition definition(JsonFields fields) {
    return FunctionDefinition.newBuilder()
        .setName(fields.requiredText("name"))
        .setDescription(fields.text("description"))
        .setParameters(fields.json("parameters"))
        .setStrict(fields.flag("strict"))
        .build();
  }

  /** Takes {@code tool_choice}: a mode, or an object that names a function. */
  static @Nullable ToolChoice toolChoice(JsonFields fields) {
    if (fields.isText("tool_choice")) {
      return ToolChoice.newBuilder().setMode(fields.text("tool_choice")).build();
    }
    return fields.object("tool_choice", ToolJson::namedChoice);
  }

  /** Takes {@code function_call} of a request: a mode, or an object with a name. */
  static @Nullable FunctionCallOption functionCallOption(JsonFields fields) {
    if (fields.isText("function_call")) {
      return FunctionCallOption.newBuilder().setMode(fields.text("function_call")).build();
    }
    return fields.object(
        "function_call",
        option -> FunctionCallOption.newBuilder().setName(option.requiredText("name")).build());
  }

  static ToolCall toolCall(JsonFields fields) {
    return ToolCall.newBuilder()
        .setId(fields.requiredText("id"))
        .setType(fields.requiredText("type"))
        .setFunction(fields.required(fields.object("function", ToolJson::functionCall), "function"))
        .build();
  }

  static FunctionCall functionCall(JsonFields fields) {
    return FunctionCall.newBuilder()
        .setName(fields.requiredText("name"))
        .setArguments(fields.requiredText("arguments"))
        .build();
  }

  private static ToolChoice namedChoice(JsonFields fields) {
    String type = fields.requiredText("type");
    if (!type.equals("function")) {
      throw BodyFaultException.unknown(fields.pathOf("type"), "is not function");
    }
    return ToolChoice.newBuilder()
        .setFunction(
            fields.required(
                fields.object(
                    "function",
                    name -> FunctionName.newBuilder().setName(name.requiredText("name")).build()),
                "function"))
        .build();
  }
}
