// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static io.completionworker.tokens.Requests.message;
import static io.completionworker.tokens.Requests.named;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Tool;
import io.completionworker.tokens.PromptTokens.ModelFamily;
import io.completionworker.tokens.TokenEstimator.LazyEncodings;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts that OpenAI itself publishes, in "How to count tokens with tiktoken". */
class KnownCountsTest {

  private static final LazyEncodings ENCODINGS = new LazyEncodings();

  private final TokenEstimator estimator = new TokenEstimator(ENCODINGS, 0);

  private static ToIntFunction<String> encoding(String model) {
    return requireNonNull(ENCODINGS.of(ModelFamily.of(model)));
  }

  @ParameterizedTest
  @CsvSource({
    "hello world, 2, 2",
    "tiktoken is great!, 6, 6",
    "antidisestablishmentarianism, 6, 6",
    "2 + 2 = 4, 7, 7",
    "お誕生日おめでとう, 9, 8"
  })
  void shouldCountTextsAsTheModelsDo(String text, int cl100k, int o200k) {
    assertThat(encoding("gpt-4").applyAsInt(text)).isEqualTo(cl100k);
    assertThat(encoding("gpt-4o").applyAsInt(text)).isEqualTo(o200k);
  }

  @ParameterizedTest
  @CsvSource({"gpt-3.5-turbo, 129", "gpt-4-0613, 129", "gpt-4o, 124", "gpt-4o-mini, 124"})
  void shouldCountAConversationAsTheEndpointReportsIt(String model, long tokens) {
    CompletionRequest request =
        Requests.of(
            model,
            message(
                "system",
                "You are a helpful, pattern-following assistant that translates corporate jargon"
                    + " into plain English."),
            named("example_user", "New synergies will help drive top-line growth."),
            named("example_assistant", "Things working well together will increase revenue."),
            named(
                "example_user",
                "Let's circle back when we have more bandwidth to touch base on opportunities for"
                    + " increased leverage."),
            named(
                "example_assistant",
                "Let's talk later when we're less busy about how to do better."),
            message(
                "user",
                "This late pivot means we don't have time to boil the ocean for the client"
                    + " deliverable."));

    assertThat(estimator.estimate(request, Map.of()).input()).isEqualTo(tokens);
  }

  /** The endpoint rewrites the schema to something shorter, so the estimate is a little above. */
  @ParameterizedTest
  @CsvSource({"gpt-4, 105", "gpt-4o, 101"})
  void shouldCountToolsAtNoLessThanTheEndpointDoes(String model, long tokens) {
    FunctionDefinition function =
        FunctionDefinition.newBuilder()
            .setName("get_current_weather")
            .setDescription("Get the current weather in a given location")
            .setParameters(
                """
                {"type":"object","properties":{"location":{"type":"string","description":\
                "The city and state, e.g. San Francisco, CA"},"unit":{"type":"string",\
                "description":"The unit of temperature to return","enum":["celsius",\
                "fahrenheit"]}},"required":["location"]}""")
            .build();
    CompletionRequest request =
        CompletionRequest.newBuilder(
                Requests.of(
                    model,
                    message(
                        "system",
                        "You are a helpful assistant that can answer to questions about the"
                            + " weather."),
                    message("user", "What's the weather like in San Francisco?")))
            .setTools(List.of(Tool.newBuilder().setFunction(function).build()))
            .build();

    assertThat(estimator.estimate(request, Map.of()).input()).isBetween(tokens, tokens * 5 / 4);
  }

  @Test
  void shouldTakeSpecialTokensForTextAndLoneSurrogatesForSomething() {
    for (String model : List.of("gpt-4", "gpt-4o")) {
      assertThat(encoding(model).applyAsInt("<|endoftext|>")).isGreaterThan(1);
      assertThat(encoding(model).applyAsInt("\uD83D a"))
          .as("what is sent in its place")
          .isEqualTo(encoding(model).applyAsInt("? a"));
    }
  }
}
