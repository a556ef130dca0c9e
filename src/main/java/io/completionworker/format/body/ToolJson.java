// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolChoice;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads tools, the choice among them and calls of them, the deprecated forms too. */
final class ToolJson {

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
            option -> FunctionCallOption.newBuilder().setName(option.requiredText("name")).build())
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

  /** An unknown type is said once more in what goes as it is, lest it be taken for a mistake. */
  private static String type(JsonFields fields) {
    String type = fields.requiredText("type");
    if (!type.equals(FUNCTION)) {
      fields.keep("type");
    }
    return type;
  }

  /** What another type has under this name goes as it is, too. */
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
            FUNCTION, name -> FunctionName.newBuilder().setName(name.requiredText("name")).build());
    return ToolChoice.newBuilder().setFunction(fields.required(function, FUNCTION)).build();
  }
}
