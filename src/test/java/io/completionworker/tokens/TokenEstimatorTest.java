// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static io.completionworker.tokens.Requests.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.RateLimitConfig.Scope;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import io.completionworker.config.RateLimitConfig.Share;
import io.completionworker.tokens.PromptTokens.ModelFamily;
import io.completionworker.tokens.TokenEstimator.LazyEncodings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimatorTest {

  private static final Limits TOKENS = new Limits(null, null, null, 1_000L, null, null);
  private static final Limits CALLS = new Limits(1.0, 2.0, null, null, null, 3);

  /** By size 3, by any encoding 2, and 7 around it. */
  private static final CompletionRequest HELLO =
      Requests.of("gpt-4o", message("user", "hello world"));

  private static final TokenEstimator EXACT = new TokenEstimator(new LazyEncodings(), 0);

  private static TokenEstimator estimator(Limits limits, Limits... overrides) {
    List<ScopeLimits> scopes = new ArrayList<>();
    for (Limits override : overrides) {
      scopes.add(new ScopeLimits("some", "*", "*", override));
    }
    return TokenEstimator.of(
        new RateLimitConfig(
            Scope.WORKER,
            limits,
            scopes,
            Duration.ZERO,
            true,
            55,
            Share.PARTITIONS,
            Duration.ZERO,
            Duration.ZERO));
  }

  private static TokenEstimate estimate(TokenEstimator estimator, CompletionRequest request) {
    return estimator.estimate(request, Map.of());
  }

  @Test
  void shouldCountExactlyWhereALimitCountsTokens() {
    TokenEstimate exact = new TokenEstimate(9, 55);

    assertThat(estimate(estimator(TOKENS), HELLO)).isEqualTo(exact);
    assertThat(estimate(estimator(CALLS, CALLS, TOKENS), HELLO)).isEqualTo(exact);
  }

  @Test
  void shouldGoBySizesWhereNone() {
    TokenEstimate bySize = new TokenEstimate(10, 55);

    assertThat(estimate(estimator(Limits.NONE), HELLO)).isEqualTo(bySize);
    assertThat(estimate(estimator(CALLS, CALLS), HELLO)).isEqualTo(bySize);
    assertThat(estimate(TokenEstimator.bySize(55), HELLO)).isEqualTo(bySize);
  }

  @Test
  void shouldCountExactlyWhileAControlLimitsTokens() {
    TokenEstimator estimator = estimator(CALLS);

    estimator.limited(Stream.of(CALLS, TOKENS));
    assertThat(estimate(estimator, HELLO).input()).isEqualTo(9);
    estimator.limited(Stream.of(CALLS));
    assertThat(estimate(estimator, HELLO).input()).isEqualTo(10);

    TokenEstimator configured = estimator(TOKENS);
    configured.limited(Stream.of());
    assertThat(estimate(configured, HELLO).input()).isEqualTo(9);
  }

  @Test
  void shouldGoBySizesForModelsWithoutAKnownEncoding() {
    CompletionRequest other = Requests.of("claude-sonnet-4", message("user", "hello world"));

    assertThat(estimate(estimator(TOKENS), other).input()).isEqualTo(10);
  }

  @Test
  void shouldAskForAnEncodingOnlyWithARequest() {
    List<ModelFamily> asked = new ArrayList<>();
    TokenEstimator estimator =
        new TokenEstimator(
            family -> {
              asked.add(family);
              return null;
            },
            0);

    assertThat(asked).isEmpty();
    estimate(estimator, HELLO);
    assertThat(asked).extracting(ModelFamily::prefix).containsExactly("gpt-4o");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<|endoftext|>",
        "<|fim_prefix|>",
        "\uDE80\uD83D",
        "\u0000",
        " \n\t",
        "{",
        "'s",
        "́"
      })
  void shouldNotMindAnyText(String unit) {
    for (String model : List.of("gpt-4", "gpt-4o", "text-davinci-003", unit)) {
      for (int times : new int[] {1, 1_000, 300_000}) {
        String text = unit.repeat(times);
        CompletionRequest request = Requests.of(model, message(unit, text), message("user", text));
        assertThat(estimate(EXACT, request).input()).isGreaterThan(3 + 4 + 4);
      }
    }
  }
}
