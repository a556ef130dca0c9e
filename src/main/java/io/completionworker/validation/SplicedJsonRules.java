package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.Tool;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strings of JSON that become part of the body: each must be one JSON object, or the body breaks.
 *
 * <p>{@code extra_body} may override every parameter but three. {@code stream} decides how the
 * answer is read; limits, hold and usage go by {@code model}; {@code messages} are what was checked
 * and what the token estimate is made of. Overriding them there would make the records untrue.
 */
final class SplicedJsonRules implements RequestValidator.Rule {

  private static final Set<String> NOT_EXTRA = Set.of("stream", "model", "messages");

  @Override
  public void check(CompletionRequest request, Findings findings) {
    List<Tool> tools = request.getTools();
    for (int i = 0; tools != null && i < tools.size(); i++) {
      parameters("tools[" + i + "].function", tools.get(i).getFunction(), findings);
    }
    List<FunctionDefinition> functions = request.getFunctions();
    for (int i = 0; functions != null && i < functions.size(); i++) {
      parameters("functions[" + i + "]", functions.get(i), findings);
    }
    ResponseFormat format = request.getResponseFormat();
    if (format != null && format.getJsonSchema() != null) {
      object("response_format.json_schema.schema", format.getJsonSchema().getSchema$(), findings);
    }
    extraBody(request.getExtraBody(), findings);
  }

  private static void parameters(String at, FunctionDefinition function, Findings findings) {
    object(at + ".parameters", function.getParameters(), findings);
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
