// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolChoice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks tools and the tool choice. Also checks functions, their deprecated predecessors, which
 * must not be given together with tools.
 */
final class ToolRules implements RequestValidator.Rule {

  static final int MOST = 128;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final List<String> MODES = List.of("none", "auto", "required");
  private static final List<String> FUNCTION_MODES = List.of("none", "auto");

  @Override
  public void check(CompletionRequest request, Extra extra, Findings findings) {
    tools(request, extra, findings);
    functions(request, extra, findings);
  }

  private static void tools(CompletionRequest request, Extra extra, Findings findings) {
    List<Tool> tools = extra.own("tools", request.getTools());
    Set<String> names = names(tools, findings);
    boolean given = extra.sends("tools", tools);
    ToolChoice choice = extra.own("tool_choice", request.getToolChoice());
    String function = null;
    String mode = extra.text("tool_choice", choice == null ? null : choice.getMode());
    if (choice != null) {
      function = choice.getFunction() == null ? null : choice.getFunction().getName();
      choice("tool_choice", mode, function, findings);
      findings.oneOf("tool_choice.mode", mode, MODES);
      if (tools != null && function != null && areAllKnown(tools) && !names.contains(function)) {
        findings.add(
            "tool_choice.function.name",
            "must be a function of tools; is " + Findings.shown(function));
      }
    }
    boolean object = function != null || (extra.has("tool_choice") && mode == null);
    if (!given && (object || "required".equals(mode))) {
      findings.add("tool_choice", "needs tools");
    }
    if (!given && extra.sends("parallel_tool_calls", request.getParallelToolCalls())) {
      findings.add("parallel_tool_calls", "needs tools");
    }
  }

  /** Whether all functions are known here, because none is defined in an {@code extra}. */
  private static boolean areAllKnown(List<Tool> tools) {
    return tools.stream()
        .allMatch(tool -> tool.getFunction() != null && !Extra.of(tool.getExtra()).has("function"));
  }

  /** Checks the tools, and returns the names of their functions. */
  private static Set<String> names(@Nullable List<Tool> tools, Findings findings) {
    Set<String> names = new HashSet<>();
    if (tools == null) {
      return names;
    }
    size("tools", tools.size(), findings);
    for (int i = 0; i < tools.size(); i++) {
      Tool tool = tools.get(i);
      Extra extra = Extra.of(tool.getExtra());
      type("tools[" + i + "].type", tool.getType(), extra, findings);
      FunctionDefinition function = extra.own("function", tool.getFunction());
      if (function != null) {
        function("tools[" + i + "].function", function, names, findings);
      }
    }
    return names;
  }

  /**
   * Checks a type. Types other than function are allowed only with an {@code extra}, which is sent
   * unchanged.
   */
  static void type(String at, String type, Extra extra, Findings findings) {
    if (!extra.isGiven()) {
      findings.oneOf(at, type, List.of("function"));
    }
  }

  /** Checks that a choice is either a mode or a function. */
  private static void choice(
      String at, @Nullable String mode, @Nullable String function, Findings findings) {
    if ((mode == null) == (function == null)) {
      findings.add(at, "must have either a mode or a function");
    }
  }

  private static void size(String at, int size, Findings findings) {
    if (size < 1 || size > MOST) {
      findings.add(at, "must have 1 to " + MOST + " functions; has " + size);
    }
  }

  /** Checks a definition, and adds its name to the names used so far. */
  private static void function(
      String at, FunctionDefinition function, Set<String> taken, Findings findings) {
    name(at + ".name", function.getName(), findings);
    if (!taken.add(function.getName())) {
      findings.add(at + ".name", "is used twice: " + Findings.shown(function.getName()));
    }
  }

  static void name(String at, String name, Findings findings) {
    if (!NAME.matcher(name).matches()) {
      findings.add(
          at, "must be 1 to 64 letters, digits, underscores or dashes; is " + Findings.shown(name));
    }
  }

  private static void functions(CompletionRequest request, Extra extra, Findings findings) {
    List<FunctionDefinition> functions = extra.own("functions", request.getFunctions());
    Set<String> names = new HashSet<>();
    if (functions != null) {
      size("functions", functions.size(), findings);
      for (int i = 0; i < functions.size(); i++) {
        function("functions[" + i + "]", functions.get(i), names, findings);
      }
    }
    FunctionCallOption call = extra.own("function_call", request.getFunctionCall());
    if (call != null) {
      choice("function_call", call.getMode(), call.getName(), findings);
      findings.oneOf("function_call.mode", call.getMode(), FUNCTION_MODES);
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
