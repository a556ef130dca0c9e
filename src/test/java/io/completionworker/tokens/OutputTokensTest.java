// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.tokens.TokenEstimator.OutputTokens;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTokensTest {

  private static CompletionRequest request(
      @Nullable Integer completion, @Nullable Integer older, @Nullable Integer n) {
    return Requests.request()
        .setMaxCompletionTokens(completion)
        .setMaxTokens(older)
        .setN(n)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "   ,    ,   , 500",
    "   ,    ,  3, 1500",
    "   , 200,   , 200",
    "100, 200,   , 100",
    "100, 200,  2, 200",
    "  0,    ,  4, 0",
    " -1,    , -1, 0",
    "2147483647, , 2147483647, 4611686014132420609"
  })
  void shouldTakeWhatTheRequestAllows(
      @Nullable Integer completion, @Nullable Integer older, @Nullable Integer n, long tokens) {
    assertThat(OutputTokens.of(request(completion, older, n), Map.of(), 500)).isEqualTo(tokens);
  }

  @ParameterizedTest
  @CsvSource({
    "max_completion_tokens, 7, 14",
    "max_completion_tokens, '', 400",
    "max_completion_tokens, 1e2, 400",
    "max_tokens, 7, 200",
    "n, 5, 500",
    "n, '', 100",
    "max_completion_tokens, 99999999999999999999, 2000000000",
    "temperature, 7, 200"
  })
  void shouldLetExtraParametersTakeThePlaceOfTheOwn(String name, String value, long tokens) {
    assertThat(OutputTokens.of(request(100, 200, 2), Map.of(name, value), 500)).isEqualTo(tokens);
  }

  @Test
  void shouldTakeExtraParametersWhereTheRequestHasNone() {
    assertThat(OutputTokens.of(request(null, null, null), Map.of("max_tokens", "9", "n", "3"), 500))
        .isEqualTo(27);
  }
}
