// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import static io.completionworker.validation.Requests.function;
import static io.completionworker.validation.Requests.lenient;
import static io.completionworker.validation.Requests.message;
import static io.completionworker.validation.Requests.strict;
import static io.completionworker.validation.Requests.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.Tool;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What both kinds of strictness have in common, and where they differ. */
class RequestValidatorTest {

  private static Arguments wrong(String field, Consumer<CompletionRequest.Builder> bent) {
    return arguments(field, bent);
  }

  private static FunctionDefinition withParameters(String json) {
    return FunctionDefinition.newBuilder(function("f")).setParameters(json).build();
  }

  static Stream<Arguments> essentials() {
    return Stream.of(
        wrong("messages", r -> r.setMessages(List.of())),
        wrong("model", r -> r.setModel(" ")),
        wrong("model", r -> r.setModel("m".repeat(1025))),
        wrong("request_id", r -> r.setRequestId("i".repeat(1025))),
        wrong("deadline_ms", r -> r.setDeadlineMs(0L)),
        wrong("temperature", r -> r.setTemperature(Double.NaN)),
        wrong("top_p", r -> r.setTopP(Double.POSITIVE_INFINITY)),
        wrong("frequency_penalty", r -> r.setFrequencyPenalty(Double.NEGATIVE_INFINITY)),
        wrong("presence_penalty", r -> r.setPresencePenalty(Double.NaN)),
        wrong("logit_bias", r -> r.setLogitBias(Map.of("1", Double.NaN))),
        wrong("extra_body", r -> r.setExtraBody("{\"a\":1")),
        wrong("extra_body", r -> r.setExtraBody("")),
        wrong("extra_body", r -> r.setExtraBody("[1]")),
        wrong("extra_body.stream", r -> r.setExtraBody("{\"a\":1,\"stream\":true}")),
        wrong("extra_body.stream", r -> r.setExtraBody("{\"\\u0073tream\":null}")),
        wrong("extra_body.model", r -> r.setExtraBody("{\"model\":\"m\"}")),
        wrong("extra_body.messages", r -> r.setExtraBody("{\"messages\":[]}")),
        wrong(
            "tools[0].function.parameters",
            r -> r.setTools(List.of(new Tool("function", withParameters("{'a':1}"), null)))),
        wrong(
            "functions[0].parameters", r -> r.setFunctions(List.of(withParameters("\"object\"")))),
        wrong(
            "response_format.json_schema.schema",
            r ->
                r.setResponseFormat(
                    new ResponseFormat(
                        "json_schema", new JsonSchemaFormat("a", null, "{}{}", null)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("essentials")
  void shouldRefuseWhatWouldBreakTheCallHoweverLenient(
      String field, Consumer<CompletionRequest.Builder> bent) {
    assertThat(strict(bent)).extracting("field").containsExactly(field);
    assertThat(lenient(bent)).extracting("field").containsExactly(field);
  }

  @Test
  void shouldLetExtraBodyOverrideOtherParameters() {
    assertThat(strict(r -> r.setExtraBody(" {\"top_k\": 5, \"n\": {\"stream\": 1}} "))).isEmpty();
  }

  @Test
  void shouldTakeTheBoundsOfItsOwnFields() {
    assertThat(
            strict(
                r ->
                    r.setDeadlineMs(1L)
                        .setModel("m".repeat(1024))
                        .setRequestId("i".repeat(1024))
                        .setSeed(Long.MIN_VALUE)))
        .isEmpty();
  }

  @Test
  void shouldLeaveTheRestToTheEndpointWhenLenient() {
    assertThat(
            lenient(
                r ->
                    r.setTemperature(5.0)
                        .setN(0)
                        .setStop(List.of())
                        .setTools(List.of(tool("a b")))
                        .setMessages(List.of(message("robot", "Hi")))))
        .isEmpty();
  }

  @Test
  void shouldReportEveryFaultAtOnce() {
    assertThat(
            strict(
                r ->
                    r.setModel("")
                        .setTemperature(-1.0)
                        .setN(129)
                        .setExtraBody("x")
                        .setMessages(List.of(message("robot", "Hi")))))
        .extracting("field")
        .containsExactlyInAnyOrder("model", "temperature", "n", "extra_body", "messages[0].role");
  }

  @Test
  void shouldListAHundredFaultsAndCountTheRest() {
    var violations = strict(r -> r.setMessages(Collections.nCopies(250, message("robot", "Hi"))));

    assertThat(violations).hasSize(101);
    assertThat(violations.get(100).getMessage()).isEqualTo("150 more violations are not listed");
  }

  @Test
  void shouldCutWhatItShowsAndKeepItOnOneLine() {
    var violations = strict(r -> r.setMessages(List.of(message("a\nb".repeat(100), "Hi"))));

    assertThat(violations.get(0).getMessage()).endsWith("...'").hasSizeLessThan(150);
    assertThat(violations.get(0).getMessage()).doesNotContain("\n");
  }
}
