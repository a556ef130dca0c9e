// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolChoice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tools, and the choice among them. */
final class ToolRules implements RequestValidator.Rule {

  static final int MOST = 128;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final List<String> MODES = List.of("none", "auto", "required");

  @Override
  public void check(CompletionRequest request, Extra extra, Findings findings) {
    List<Tool> tools = extra.own("tools", request.getTools());
    Set<String> names = tools(tools, findings);
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

  /** A function whose definition stands in an {@code extra} is not looked for. */
  private static boolean areAllKnown(List<Tool> tools) {
    return tools.stream()
        .allMatch(tool -> tool.getFunction() != null && !Extra.of(tool.getExtra()).has("function"));
  }

  private static Set<String> tools(@Nullable List<Tool> tools, Findings findings) {
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

  /** Another type than function may be right only for what comes with it as it is. */
  static void type(String at, String type, Extra extra, Findings findings) {
    if (!extra.isGiven()) {
      findings.oneOf(at, type, List.of("function"));
    }
  }

  /** A choice is a mode or a function, one of the two. */
  static void choice(
      String at, @Nullable String mode, @Nullable String function, Findings findings) {
    if ((mode == null) == (function == null)) {
      findings.add(at, "must have either a mode or a function");
    }
  }

  static void size(String at, int size, Findings findings) {
    if (size < 1 || size > MOST) {
      findings.add(at, "must have 1 to " + MOST + " functions; has " + size);
    }
  }

  /** Checks a definition and adds its name to those that are taken. */
  static void function(
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
}
