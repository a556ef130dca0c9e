// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.Choice;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.avro.TokenUsage;
import io.completionworker.avro.ToolCall;
import io.completionworker.codec.AnsweredCost;
import io.completionworker.completion.Answer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is to have, all in it optional:
 *
 * <ul>
 *   <li>{@code id}, {@code created}, {@code model}, {@code service_tier}
 *   <li>{@code choices}: for each {@code index}, {@code content}, {@code reasoning_content}, {@code
 *       refusal}, {@code finish_reason}, {@code tool_calls} as {@code [[name, arguments], ...]},
 *       {@code function_call} as {@code [name, arguments]}. The texts are looked for in {@code
 *       body} too
 *   <li>{@code usage}: counts by their name, or null for none
 *   <li>{@code body}: value by JSON pointer, null for none; {@code texts}: some value of the body
 *       is this text, whatever it is called
 *   <li>{@code cost}, {@code cost_at_least}: by a price of 10, 1 for cached tokens, and 100 for
 *       completions, for a million tokens each
 * </ul>
 *
 * <p>The body has to be JSON, and its choices are those of the answer.
 */
final class ExpectedAnswer {

  private final JsonNode expect;

  ExpectedAnswer(JsonNode expect) {
    this.expect = expect;
  }

  void check(Answer answer) {
    JsonNode body = json(answer.body());
    assertThat(body.path("choices")).as("choices in body").hasSameSizeAs(answer.choices());
    expect.properties().forEach(field -> check(answer, body, field.getKey(), field.getValue()));
  }

  /** A body without anything before or after it. */
  static JsonNode json(String body) {
    try {
      return CaseFile.STRICT.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + body, e);
    }
  }

  private static void check(Answer answer, JsonNode body, String name, JsonNode wanted) {
    switch (name) {
      case "kind" -> {
        // was the first to be looked at
      }
      case "id" -> assertThat(answer.id()).as("id").isEqualTo(wanted.asText());
      case "created" -> assertThat(answer.created()).as("created").isEqualTo(wanted.asLong());
      case "model" -> assertThat(answer.model()).as("model").isEqualTo(wanted.asText());
      case "service_tier" ->
          assertThat(answer.serviceTier()).as("service tier").isEqualTo(wanted.asText());
      case "choices" -> {
        assertThat(answer.choices()).as("choices").hasSize(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
          checkChoice(answer.choices().get(i), body.path("choices").path(i), wanted.get(i));
        }
      }
      case "usage" -> checkUsage(answer.usage(), wanted);
      case "body" ->
          wanted
              .properties()
              .forEach(at -> checkBody(body.at(at.getKey()), at.getKey(), at.getValue()));
      case "texts" ->
          assertThat(allTexts(body)).as("texts of body").containsAll(Expectation.texts(wanted));
      case "not_texts" ->
          assertThat(allTexts(body))
              .as("texts of body")
              .doesNotContainAnyElementsOf(Expectation.texts(wanted));
      case "cost" ->
          assertThat(AnsweredCost.of(answer)).as("cost").isEqualByComparingTo(wanted.asText());
      case "cost_at_least" ->
          assertThat(AnsweredCost.of(answer))
              .as("cost")
              .isGreaterThanOrEqualTo(new BigDecimal(wanted.asText()));
      default -> throw new IllegalArgumentException("no such expectation of an answer: " + name);
    }
  }

  private static void checkChoice(Choice choice, JsonNode body, JsonNode wanted) {
    ResponseMessage message = choice.getMessage();
    List<String> texts = allTexts(body);
    wanted
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              String text = value.isNull() ? null : value.asText();
              switch (field.getKey()) {
                case "index" -> assertThat(choice.getIndex()).as("index").isEqualTo(value.asInt());
                case "content" -> {
                  assertThat(message.getContent()).as("content").isEqualTo(text);
                  checkContent(body.path("message").path("content"), text);
                }
                case "reasoning_content" -> {
                  assertThat(message.getReasoningContent()).as("reasoning").isEqualTo(text);
                  assertThat(text == null || texts.contains(text) || joins(texts, text))
                      .as("reasoning in body: %s", body)
                      .isTrue();
                }
                case "refusal" -> {
                  assertThat(message.getRefusal()).as("refusal").isEqualTo(text);
                  assertThat(texts).as("body").contains(text);
                }
                case "finish_reason" ->
                    assertThat(choice.getFinishReason()).as("finish reason").isEqualTo(text);
                case "tool_calls" -> checkCalls(message.getToolCalls(), body, value);
                case "function_call" -> {
                  assertThat(message.getFunctionCall()).as("function call").isNotNull();
                  assertThat(message.getFunctionCall().getName()).isEqualTo(value.get(0).asText());
                  assertThat(message.getFunctionCall().getArguments())
                      .isEqualTo(value.get(1).asText());
                }
                default ->
                    throw new IllegalArgumentException(
                        "no such expectation of a choice: " + field.getKey());
              }
            });
  }

  private static void checkContent(JsonNode content, @Nullable String text) {
    if (!content.isArray()) {
      assertThat(content.isTextual() ? content.asText() : null)
          .as("content in body")
          .isIn(text, text == null || text.isEmpty() ? "" : text);
      return;
    }
    StringBuilder joined = new StringBuilder();
    content.forEach(
        part -> joined.append(part.isTextual() ? part.asText() : part.path("text").asText("")));
    assertThat(joined).as("content parts in body").hasToString(text);
  }

  private static void checkCalls(@Nullable List<ToolCall> calls, JsonNode body, JsonNode wanted) {
    List<List<String>> seen = new ArrayList<>();
    if (calls != null) {
      calls.forEach(
          call ->
              seen.add(List.of(call.getFunction().getName(), call.getFunction().getArguments())));
    }
    List<List<String>> expected = new ArrayList<>();
    wanted.forEach(call -> expected.add(Expectation.texts(call)));
    assertThat(seen).as("tool calls").isEqualTo(expected);
    assertThat(body.path("message").path("tool_calls")).as("calls in body").hasSize(wanted.size());
  }

  static void checkUsage(@Nullable TokenUsage usage, JsonNode wanted) {
    if (wanted.isNull()) {
      assertThat(usage).as("usage").isNull();
      return;
    }
    JsonNode counts = json(Objects.requireNonNull(usage, "no usage").toString());
    wanted
        .properties()
        .forEach(
            count -> {
              JsonNode seen = counts.findValue(count.getKey());
              assertThat(seen == null ? 0 : seen.asLong())
                  .as(count.getKey())
                  .isEqualTo(count.getValue().asLong());
            });
  }

  private static void checkBody(JsonNode seen, String pointer, JsonNode wanted) {
    if (wanted.isNull()) {
      assertThat(seen.isMissingNode() || seen.isNull()).as("%s is %s", pointer, seen).isTrue();
    } else if (wanted.isNumber()) {
      assertThat(seen.decimalValue()).as(pointer).isEqualByComparingTo(wanted.decimalValue());
    } else {
      assertThat(seen).as(pointer).isEqualTo(wanted);
    }
  }

  private static boolean joins(List<String> texts, String whole) {
    return String.join("", texts).contains(whole);
  }

  private static List<String> allTexts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.forEach(child -> texts.addAll(allTexts(child)));
    return texts;
  }
}
