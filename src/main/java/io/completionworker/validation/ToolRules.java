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
  public void check(CompletionRequest request, Findings findings) {
    Set<String> names = tools(request.getTools(), findings);
    ToolChoice choice = request.getToolChoice();
    if (choice != null) {
      String function = choice.getFunction() == null ? null : choice.getFunction().getName();
      choice("tool_choice", choice.getMode(), function, findings);
      findings.oneOf("tool_choice.mode", choice.getMode(), MODES);
      chosen(choice.getMode(), function, request.getTools() == null ? null : names, findings);
    }
    if (request.getParallelToolCalls() != null && request.getTools() == null) {
      findings.add("parallel_tool_calls", "needs tools");
    }
  }

  private static Set<String> tools(@Nullable List<Tool> tools, Findings findings) {
    Set<String> names = new HashSet<>();
    if (tools == null) {
      return names;
    }
    size("tools", tools.size(), findings);
    for (int i = 0; i < tools.size(); i++) {
      findings.oneOf("tools[" + i + "].type", tools.get(i).getType(), List.of("function"));
      function("tools[" + i + "].function", tools.get(i).getFunction(), names, findings);
    }
    return names;
  }

  private static void chosen(
      @Nullable String mode,
      @Nullable String function,
      @Nullable Set<String> names,
      Findings findings) {
    if (names == null) {
      if (function != null || "required".equals(mode)) {
        findings.add("tool_choice", "needs tools");
      }
    } else if (function != null && !names.contains(function)) {
      findings.add(
          "tool_choice.function.name",
          "must be a function of tools; is " + Findings.shown(function));
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
