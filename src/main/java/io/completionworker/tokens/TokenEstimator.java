// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import io.completionworker.tokens.PromptTokens.ModelFamily;
import io.completionworker.tokens.TokenEstimator.Encodings;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /** The most tokens that the completions of a request may have, over all choices. */
  static final class OutputTokens {

    /** Larger limits count as this one; the product of two still fits into a long. */
    private static final long MOST = 1_000_000_000;

    private static final Pattern WHOLE = Pattern.compile("\\d+");

    private OutputTokens() {}

    /**
     * What the request allows, or else the fallback, times the number of choices.
     *
     * @param extra parameters that override the request's own
     */
    static long of(CompletionRequest request, Map<String, String> extra, int fallback) {
      Long limit = number(extra, "max_completion_tokens", request.getMaxCompletionTokens());
      if (limit == null) {
        limit = number(extra, "max_tokens", request.getMaxTokens());
      }
      Long choices = number(extra, "n", request.getN());
      return (limit == null ? fallback : limit) * (choices == null ? 1 : Math.max(1, choices));
    }

    private static @Nullable Long number(
        Map<String, String> extra, String name, @Nullable Integer own) {
      String text = extra.get(name);
      if (text == null) {
        return own == null ? null : Math.max(0L, own);
      }
      if (!WHOLE.matcher(text).matches()) {
        return null;
      }
      return text.length() > 9 ? Long.valueOf(MOST) : Long.valueOf(text);
    }
  }

  /** Where the encodings of models come from. */
  @FunctionalInterface
  interface Encodings {

    /** No model has a known encoding. */
    Encodings NONE = family -> null;

    /**
     * Counts the tokens of a text as this family of models does; null if the encoding is unknown.
     */
    @Nullable ToIntFunction<String> of(ModelFamily family);
  }

  /**
   * JTokkit's encodings, each loaded when the first request needs it and kept: loading takes 0.2 to
   * 0.4 seconds and 14 (cl100k_base) or 30 MB (o200k_base) of heap.
   */
  static final class LazyEncodings implements Encodings {

    private final EncodingRegistry registry =
        com.knuddels.jtokkit.Encodings.newLazyEncodingRegistry();

    @Override
    public @Nullable ToIntFunction<String> of(ModelFamily family) {
      EncodingType type = family.encoding();
      if (type == null) {
        return null;
      }
      Encoding encoding = registry.getEncoding(type);
      // "Ordinary": the other form throws for <|endoftext|> in a text.
      return text -> encoding.countTokensOrdinary(asSent(text));
    }

    /**
     * The text as it is sent in a body: an unpaired surrogate, which JTokkit rejects, becomes a
     * question mark.
     */
    private static String asSent(String text) {
      return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
  }
}
