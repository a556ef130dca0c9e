// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import static io.completionworker.validation.Requests.function;
import static io.completionworker.validation.Requests.strict;
import static io.completionworker.validation.Requests.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionCallOption;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.FunctionName;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolChoice;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ToolRulesTest {

  private static Arguments valid(String why, Consumer<CompletionRequest.Builder> bent) {
    return arguments(why, bent);
  }

  private static Arguments wrong(
      String why, String field, Consumer<CompletionRequest.Builder> bent) {
    return arguments(why, field, bent);
  }

  private static ToolChoice mode(String mode) {
    return new ToolChoice(mode, null);
  }

  private static ToolChoice named(String name) {
    return new ToolChoice(null, new FunctionName(name));
  }

  private static FunctionCallOption option(@Nullable String mode, @Nullable String name) {
    return new FunctionCallOption(mode, name);
  }

  private static List<Tool> tools(int count) {
    return IntStream.range(0, count).mapToObj(i -> tool("f" + i)).toList();
  }

  private static List<FunctionDefinition> functions(int count) {
    return IntStream.range(0, count).mapToObj(i -> function("f" + i)).toList();
  }

  static Stream<Arguments> validRequests() {
    return Stream.of(
        valid("one tool", r -> r.setTools(tools(1)).setParallelToolCalls(false)),
        valid("most tools", r -> r.setTools(tools(128))),
        valid("longest name", r -> r.setTools(List.of(tool("a_-9".repeat(16))))),
        valid("none without tools", r -> r.setToolChoice(mode("none"))),
        valid("auto without tools", r -> r.setToolChoice(mode("auto"))),
        valid("required", r -> r.setTools(tools(1)).setToolChoice(mode("required"))),
        valid("one of the tools", r -> r.setTools(tools(2)).setToolChoice(named("f1"))),
        valid("most functions", r -> r.setFunctions(functions(128))),
        valid("auto function", r -> r.setFunctionCall(option("auto", null))),
        valid(
            "one of the functions",
            r -> r.setFunctions(functions(2)).setFunctionCall(option(null, "f1"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("validRequests")
  void shouldTakeToolsAndChoicesAmongThem(String why, Consumer<CompletionRequest.Builder> bent) {
    assertThat(strict(bent)).as(why).isEmpty();
  }

  static Stream<Arguments> toolFaults() {
    return Stream.of(
        wrong("no tools", "tools", r -> r.setTools(List.of())),
        wrong("too many tools", "tools", r -> r.setTools(tools(129))),
        wrong(
            "type",
            "tools[0].type",
            r -> r.setTools(List.of(new Tool("web_search", function("f"), null)))),
        wrong("name", "tools[1].function.name", r -> r.setTools(List.of(tool("f"), tool("a b")))),
        wrong("empty name", "tools[0].function.name", r -> r.setTools(List.of(tool("")))),
        wrong(
            "long name", "tools[0].function.name", r -> r.setTools(List.of(tool("a".repeat(65))))),
        wrong("twice", "tools[1].function.name", r -> r.setTools(List.of(tool("f"), tool("f")))),
        wrong("mode", "tool_choice.mode", r -> r.setTools(tools(1)).setToolChoice(mode("maybe"))),
        wrong("required without tools", "tool_choice", r -> r.setToolChoice(mode("required"))),
        wrong("named without tools", "tool_choice", r -> r.setToolChoice(named("f"))),
        wrong(
            "named but unknown",
            "tool_choice.function.name",
            r -> r.setTools(tools(1)).setToolChoice(named("g"))),
        wrong("empty choice", "tool_choice", r -> r.setToolChoice(new ToolChoice(null, null))),
        wrong(
            "double choice",
            "tool_choice",
            r ->
                r.setTools(tools(1)).setToolChoice(new ToolChoice("auto", new FunctionName("f0")))),
        wrong("parallel", "parallel_tool_calls", r -> r.setParallelToolCalls(true)));
  }

  static Stream<Arguments> functionFaults() {
    return Stream.of(
        wrong("no functions", "functions", r -> r.setFunctions(List.of())),
        wrong("too many functions", "functions", r -> r.setFunctions(functions(129))),
        wrong("function name", "functions[0].name", r -> r.setFunctions(List.of(function("a.b")))),
        wrong(
            "function twice",
            "functions[1].name",
            r -> r.setFunctions(List.of(function("f"), function("f")))),
        wrong(
            "function mode",
            "function_call.mode",
            r -> r.setFunctions(functions(1)).setFunctionCall(option("required", null))),
        wrong(
            "function unknown",
            "function_call.name",
            r -> r.setFunctions(functions(1)).setFunctionCall(option(null, "g"))),
        wrong("function without any", "function_call", r -> r.setFunctionCall(option(null, "g"))),
        wrong(
            "empty function choice",
            "function_call",
            r -> r.setFunctions(functions(1)).setFunctionCall(option(null, null))),
        wrong(
            "mixed with tools", "functions", r -> r.setTools(tools(1)).setFunctions(functions(1))),
        wrong(
            "call mixed with choice",
            "function_call",
            r -> r.setToolChoice(mode("auto")).setFunctionCall(option("auto", null))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"toolFaults", "functionFaults"})
  void shouldNameTheFieldThatIsWrong(
      String why, String field, Consumer<CompletionRequest.Builder> bent) {
    assertThat(strict(bent)).as(why).extracting("field").containsExactly(field);
  }
}
