// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The deprecated forerunners of tools, which do not go together with them. */
final class FunctionRules implements RequestValidator.Rule {

  private static final List<String> MODES = List.of("none", "auto");

  @Override
  public void check(CompletionRequest request, Extra extra, Findings findings) {
    List<FunctionDefinition> functions = extra.own("functions", request.getFunctions());
    Set<String> names = new HashSet<>();
    if (functions != null) {
      ToolRules.size("functions", functions.size(), findings);
      for (int i = 0; i < functions.size(); i++) {
        ToolRules.function("functions[" + i + "]", functions.get(i), names, findings);
      }
    }
    FunctionCallOption call = extra.own("function_call", request.getFunctionCall());
    if (call != null) {
      ToolRules.choice("function_call", call.getMode(), call.getName(), findings);
      findings.oneOf("function_call.mode", call.getMode(), MODES);
      if (!extra.has("functions")) {
        chosen(call.getName(), functions == null ? null : names, findings);
      }
    } else if (extra.has("function_call")
        && extra.text("function_call", null) == null
        && !extra.sends("functions", functions)) {
      findings.add("function_call", "needs functions");
    }
    mixture(request, extra, findings);
  }

  private static void chosen(
      @Nullable String function, @Nullable Set<String> names, Findings findings) {
    if (function == null) {
      return;
    }
    if (names == null) {
      findings.add("function_call", "needs functions");
    } else if (!names.contains(function)) {
      findings.add(
          "function_call.name", "must be one of functions; is " + Findings.shown(function));
    }
  }

  private static void mixture(CompletionRequest request, Extra extra, Findings findings) {
    if (!extra.sends("tools", request.getTools())
        && !extra.sends("tool_choice", request.getToolChoice())) {
      return;
    }
    if (extra.sends("functions", request.getFunctions())) {
      findings.add("functions", "must not be given together with tools or tool_choice");
    }
    if (extra.sends("function_call", request.getFunctionCall())) {
      findings.add("function_call", "must not be given together with tools or tool_choice");
    }
  }
}
