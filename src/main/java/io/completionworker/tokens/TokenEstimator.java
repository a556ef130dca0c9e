// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.TokenEstimate;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Estimates the tokens of a request. Safe on every thread; never throws for a valid request.
 *
 * <p>It runs for every record on the thread that decodes it. So texts are counted by the model's
 * own encoding only where a limit of the configuration counts tokens; elsewhere the estimate, which
 * limits learned from answers still need, goes by sizes alone and no encoding is ever loaded.
 */
public final class TokenEstimator {

  private final Encodings encodings;
  private final int outputTokens;

  TokenEstimator(Encodings encodings, int outputTokens) {
    this.encodings = encodings;
    this.outputTokens = outputTokens;
  }

  /** An estimator as exact as the limits need it. */
  public static TokenEstimator of(RateLimitConfig config) {
    boolean exact =
        Stream.concat(
                Stream.of(config.limits()), config.overrides().stream().map(ScopeLimits::limits))
            .anyMatch(Limits::countsTokens);
    return exact
        ? new TokenEstimator(new LazyEncodings(), config.outputTokens())
        : bySize(config.outputTokens());
  }

  /**
   * An estimator that goes by sizes alone.
   *
   * @param outputTokens completion tokens to expect of a request that allows no number
   */
  public static TokenEstimator bySize(int outputTokens) {
    return new TokenEstimator(Encodings.NONE, outputTokens);
  }

  /**
   * What one attempt is expected to use.
   *
   * @param extra scalar parameters of {@code extra_body}, as text; they override those of the
   *     request, as they do in the body. One that stands there without being a number, such as a
   *     null, takes the request's own away.
   */
  public TokenEstimate estimate(CompletionRequest request, Map<String, String> extra) {
    ModelFamily family = ModelFamily.of(request.getModel());
    TextCounter texts = new TextCounter(encodings.of(family));
    long input = new PromptTokens(texts, family.images()).of(request);
    return new TokenEstimate(input, OutputTokens.of(request, extra, outputTokens));
  }
}
