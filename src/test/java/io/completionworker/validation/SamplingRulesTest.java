// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import static io.completionworker.validation.Requests.strict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Violation;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SamplingRulesTest {

  private static Arguments setter(
      String field, BiConsumer<CompletionRequest.Builder, Number> set, Number low, Number high) {
    return arguments(field, set, low, high);
  }

  static Stream<Arguments> inclusiveBounds() {
    return Stream.of(
        setter("frequency_penalty", (r, v) -> r.setFrequencyPenalty(v.doubleValue()), -2.0, 2.0),
        setter("presence_penalty", (r, v) -> r.setPresencePenalty(v.doubleValue()), -2.0, 2.0),
        setter("temperature", (r, v) -> r.setTemperature(v.doubleValue()), 0.0, 2.0),
        setter("top_p", (r, v) -> r.setTopP(v.doubleValue()), 0.0, 1.0),
        setter("n", (r, v) -> r.setN(v.intValue()), 1, 128),
        setter("top_logprobs", (r, v) -> r.setLogprobs(true).setTopLogprobs(v.intValue()), 0, 20),
        setter(
            "logit_bias.50256",
            (r, v) -> r.setLogitBias(Map.of("50256", v.doubleValue())),
            -100.0,
            100.0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inclusiveBounds")
  void shouldTakeBothBoundsAndRefuseWhatIsJustBeyond(
      String field, BiConsumer<CompletionRequest.Builder, Number> set, Number low, Number high) {
    assertThat(strict(r -> set.accept(r, low))).isEmpty();
    assertThat(strict(r -> set.accept(r, high))).isEmpty();
    assertThat(strict(r -> set.accept(r, below(low)))).extracting("field").containsExactly(field);
    assertThat(strict(r -> set.accept(r, above(high)))).extracting("field").containsExactly(field);
  }

  private static Number below(Number bound) {
    return bound instanceof Integer i ? (Number) (i - 1) : Math.nextDown(bound.doubleValue());
  }

  private static Number above(Number bound) {
    return bound instanceof Integer i ? (Number) (i + 1) : Math.nextUp(bound.doubleValue());
  }

  @Test
  void shouldSayWhatIsAllowedAndWhatWasFound() {
    assertThat(strict(r -> r.setTemperature(2.5)))
        .containsExactly(
            new Violation("temperature", "must be from 0 to 2, both included; is 2.5"));
  }

  @Test
  void shouldNeedLogprobsForTopLogprobs() {
    assertThat(strict(r -> r.setTopLogprobs(5)))
        .extracting("field")
        .containsExactly("top_logprobs");
    assertThat(strict(r -> r.setTopLogprobs(5).setLogprobs(false))).hasSize(1);
  }

  @Test
  void shouldTakeOneTokenLimitOfAtLeastOne() {
    assertThat(strict(r -> r.setMaxTokens(1))).isEmpty();
    assertThat(strict(r -> r.setMaxCompletionTokens(1))).isEmpty();
    assertThat(strict(r -> r.setMaxTokens(0))).extracting("field").containsExactly("max_tokens");
    assertThat(strict(r -> r.setMaxCompletionTokens(0)))
        .extracting("field")
        .containsExactly("max_completion_tokens");
    assertThat(strict(r -> r.setMaxTokens(1).setMaxCompletionTokens(1)))
        .extracting("field")
        .containsExactly("max_tokens");
  }

  @Test
  void shouldTakeOneToFourStopSequencesThatAreNotEmpty() {
    assertThat(strict(r -> r.setStop(List.of("a")))).isEmpty();
    assertThat(strict(r -> r.setStop(List.of("a", "b", "c", "\n")))).isEmpty();
    assertThat(strict(r -> r.setStop(List.of()))).extracting("field").containsExactly("stop");
    assertThat(strict(r -> r.setStop(List.of("a", "b", "c", "d", "e"))))
        .extracting("field")
        .containsExactly("stop");
    assertThat(strict(r -> r.setStop(List.of("a", ""))))
        .extracting("field")
        .containsExactly("stop[1]");
  }

  @Test
  void shouldTakeTokenIdsOnlyAsKeysOfTheBiasAndQuoteNoOthers() {
    List<Violation> violations = strict(r -> r.setLogitBias(Map.of("secret word", 1.0, "12", 1.0)));

    assertThat(violations).extracting("field").containsExactly("logit_bias");
    assertThat(violations.toString()).doesNotContain("secret");
  }
}
