// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be made of an answer, as the member {@code expect} of a case says it.
 *
 * <p>{@code kind} is {@code answered}, see {@link ExpectedAnswer}, or {@code fault}, with any of:
 *
 * <ul>
 *   <li>{@code reason}: one, or a list of those that will do; {@code disposition}, {@code billed},
 *       {@code status}
 *   <li>{@code message}, {@code excerpt}: a text, or several, that are in it
 *   <li>{@code wait}: shortest and longest in seconds; {@code "unsaid"} when the endpoint says
 *       nothing of it, and a window of a minute may be waited for
 *   <li>{@code usage}: as in an answer, though there is none
 * </ul>
 */
final class Expectation {

  private static final Duration WINDOW = Duration.ofSeconds(61);

  private final DialectCase expected;

  private Expectation(DialectCase expected) {
    this.expected = expected;
  }

  static Expectation of(DialectCase expected) {
    return new Expectation(expected);
  }

  /** Fails unless all of it holds. */
  void check(AttemptResult result) {
    JsonNode expect = expected.expect();
    if (expected.isAnswered()) {
      assertThat(result)
          .as("%s: %s", expected.id(), expected.what())
          .isInstanceOf(AttemptResult.Answered.class);
      new ExpectedAnswer(expect).check(((AttemptResult.Answered) result).answer());
      return;
    }
    assertThat(expect.path("kind").asText()).as("kind").isEqualTo("fault");
    assertThat(result)
        .as("%s: %s", expected.id(), expected.what())
        .isInstanceOf(AttemptResult.Rejected.class);
    AttemptResult.Rejected rejected = (AttemptResult.Rejected) result;
    AttemptError error = rejected.error();
    assertThat(error.message()).isNotBlank();
    expect.properties().forEach(field -> check(rejected, field.getKey(), field.getValue()));
  }

  private static void check(AttemptResult.Rejected rejected, String name, JsonNode wanted) {
    AttemptError error = rejected.error();
    switch (name) {
      case "kind" -> {
        // was the first to be looked at
      }
      case "reason" -> assertThat(error.reason().name()).as(said(error)).isIn(texts(wanted));
      case "disposition" ->
          assertThat(error.disposition().name()).as(said(error)).isEqualTo(wanted.asText());
      case "billed" ->
          assertThat(error.maybeBilled()).as("may be billed").isEqualTo(wanted.asBoolean());
      case "status" -> assertThat(error.status()).as("status").isEqualTo(wanted.asInt());
      case "message" -> assertThat(error.message()).as("message").contains(texts(wanted));
      case "excerpt" ->
          assertThat(error.details().bodyExcerpt())
              .as("excerpt")
              .isNotNull()
              .contains(texts(wanted));
      case "wait" -> checkWait(error.retryAfter(), wanted);
      case "usage" -> {
        Served served = rejected.served();
        ExpectedAnswer.checkUsage(served == null ? null : served.usage(), wanted);
      }
      default -> throw new IllegalArgumentException("no such expectation of a fault: " + name);
    }
  }

  private static void checkWait(@Nullable Duration asked, JsonNode wanted) {
    if (wanted.isTextual()) {
      assertThat(wanted.asText()).isEqualTo("unsaid");
      assertThat(asked == null ? Duration.ZERO : asked).as("wait").isBetween(Duration.ZERO, WINDOW);
      return;
    }
    assertThat(Objects.requireNonNull(asked, "no wait").toMillis() / 1000.0)
        .as("wait in seconds")
        .isBetween(wanted.get(0).asDouble(), wanted.get(1).asDouble());
  }

  private static String said(AttemptError error) {
    return error.reason() + ": " + error.message();
  }

  static List<String> texts(JsonNode node) {
    if (!node.isArray()) {
      return List.of(node.asText());
    }
    List<String> texts = new ArrayList<>();
    node.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
