// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Message;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the JSON texts that become part of the body. Each must be one JSON object, because
 * anything else would make the body invalid.
 *
 * <p>{@code extra_body} may override all parameters except three. {@code stream} decides how the
 * answer is read. Limits, hold and usage are based on {@code model}. {@code messages} were
 * validated, and the token estimate is made from them. If {@code extra_body} replaced one of these,
 * the records would be wrong. The {@code extra} of a message may repeat its role but not change it,
 * because all rules depend on it.
 */
final class EmbeddedJsonRules implements RequestValidator.Rule {

  private static final Set<String> NOT_EXTRA = Set.of("stream", "model", "messages");

  @Override
  public void check(CompletionRequest request, Extra extra, Findings findings) {
    List<Tool> tools = request.getTools();
    for (int i = 0; tools != null && i < tools.size(); i++) {
      Tool tool = tools.get(i);
      parameters("tools[" + i + "].function", tool.getFunction(), findings);
      object("tools[" + i + "].extra", tool.getExtra(), findings);
    }
    List<FunctionDefinition> functions = request.getFunctions();
    for (int i = 0; functions != null && i < functions.size(); i++) {
      parameters("functions[" + i + "]", functions.get(i), findings);
    }
    ResponseFormat format = request.getResponseFormat();
    if (format != null && format.getJsonSchema() != null) {
      object("response_format.json_schema.schema", format.getJsonSchema().getSchema$(), findings);
    }
    Prediction prediction = request.getPrediction();
    if (prediction != null) {
      parts("prediction.content", prediction.getContent(), findings);
    }
    for (int i = 0; i < request.getMessages().size(); i++) {
      message("messages[" + i + "]", request.getMessages().get(i), findings);
    }
    extraBody(request.getExtraBody(), findings);
  }

  private static void parameters(
      String at, @Nullable FunctionDefinition function, Findings findings) {
    if (function != null) {
      object(at + ".parameters", function.getParameters(), findings);
      object(at + ".extra", function.getExtra(), findings);
    }
  }

  private static void message(String at, Message message, Findings findings) {
    for (JsonSyntax.Member member : object(at + ".extra", message.getExtra(), findings)) {
      if (member.name().equals("role") && !message.getRole().equals(member.text())) {
        findings.add(at + ".extra.role", "must be the role of the message");
      }
    }
    parts(at + ".content", message.getContent(), findings);
    List<ToolCall> calls = message.getToolCalls();
    for (int i = 0; calls != null && i < calls.size(); i++) {
      object(at + ".tool_calls[" + i + "].extra", calls.get(i).getExtra(), findings);
    }
  }

  private static void parts(String at, @Nullable Object content, Findings findings) {
    if (content instanceof List<?> parts) {
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i) instanceof ContentPart part) {
          object(at + "[" + i + "].extra", part.getExtra(), findings);
        }
      }
    }
  }

  private static void extraBody(@Nullable String text, Findings findings) {
    for (JsonSyntax.Member member : object("extra_body", text, findings)) {
      if (NOT_EXTRA.contains(member.name())) {
        findings.add("extra_body." + member.name(), "must be given as the request's own field");
      }
    }
  }

  private static List<JsonSyntax.Member> object(
      String field, @Nullable String text, Findings findings) {
    if (text == null) {
      return List.of();
    }
    JsonSyntax.Reading reading = JsonSyntax.read(text);
    if (reading instanceof JsonSyntax.Invalid invalid) {
      findings.add(field, "must be a JSON object; " + invalid.why());
    } else if (reading instanceof JsonSyntax.Valid valid) {
      if (!valid.object()) {
        findings.add(field, "must be a JSON object; is another kind of JSON value");
      }
      return valid.members();
    }
    return List.of();
  }
}
