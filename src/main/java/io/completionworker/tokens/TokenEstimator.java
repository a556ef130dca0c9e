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
 * Estimates the tokens of a request. Safe on every thread. Never throws for a valid request.
 *
 * <p>The estimate is computed for every record, on the thread that decodes it. So texts are counted
 * with the model's own encoding only while a limit counts tokens, whether it is configured or comes
 * from a control. Otherwise the estimate is based on sizes, and no encoding is loaded. Limits that
 * are learned from answers still need such an estimate.
 */
public final class TokenEstimator {

  private final Encodings encodings;
  private final int outputTokens;
  private final boolean always;
  private volatile boolean now;

  private TokenEstimator(Encodings encodings, boolean always, int outputTokens) {
    this.encodings = encodings;
    this.always = always;
    this.now = always;
    this.outputTokens = outputTokens;
  }

  TokenEstimator(Encodings encodings, int outputTokens) {
    this(encodings, true, outputTokens);
  }

  /** Creates an estimator that is as exact as the configured limits require. */
  public static TokenEstimator of(RateLimitConfig config) {
    boolean exact =
        Stream.concat(
                Stream.of(config.limits()), config.overrides().stream().map(ScopeLimits::limits))
            .anyMatch(Limits::countsTokens);
    return new TokenEstimator(new LazyEncodings(), exact, config.outputTokens());
  }

  /**
   * Creates an estimator that always counts with the encodings of the models.
   *
   * @param outputTokens completion tokens to expect for a request without a maximum
   */
  public static TokenEstimator exact(int outputTokens) {
    return new TokenEstimator(new LazyEncodings(), outputTokens);
  }

  /**
   * Whether a request limits the tokens of its completions.
   *
   * @param extra parameters that override the request's own, as in {@link #estimate}
   */
  public static boolean hasMaximum(CompletionRequest request, Map<String, String> extra) {
    return OutputTokens.limit(request, extra) != null;
  }

  /**
   * Sets the limits that hold besides the configured ones. If one of them counts tokens, the next
   * requests are estimated exactly. Those that were decoded before keep their estimate.
   */
  public void limited(Stream<Limits> others) {
    now = always || others.anyMatch(Limits::countsTokens);
  }

  /** Whether texts are counted, which may take milliseconds, and at first half a second. */
  public boolean counts() {
    return now && encodings != Encodings.NONE;
  }

  /**
   * Creates an estimator that uses only sizes.
   *
   * @param outputTokens completion tokens to expect for a request without a maximum
   */
  public static TokenEstimator bySize(int outputTokens) {
    return new TokenEstimator(Encodings.NONE, outputTokens);
  }

  /**
   * Estimates the tokens that one attempt will use.
   *
   * @param extra scalar parameters of {@code extra_body}, as text. They override those of the
   *     request, as they do in the body. A value that is not a number, such as null, removes the
   *     request's own value.
   */
  public TokenEstimate estimate(CompletionRequest request, Map<String, String> extra) {
    ModelFamily family = ModelFamily.of(request.getModel());
    TextCounter texts = new TextCounter((now ? encodings : Encodings.NONE).of(family));
    PromptTokens prompt = new PromptTokens(texts, family.images());
    long input = prompt.of(request);
    long output = OutputTokens.of(request, extra, outputTokens);
    return new TokenEstimate(input, output, prompt.images());
  }

  /** Computes the most tokens that the completions of a request may have, all choices together. */
  static final class OutputTokens {

    /**
     * Numbers in {@code extra_body} with more than nine digits count as this one. The product of
     * two still fits into a long.
     */
    private static final long MOST = 1_000_000_000;

    private static final Pattern WHOLE = Pattern.compile("\\d+");

    private OutputTokens() {}

    /**
     * Returns the limit of the request, or otherwise the fallback, times the number of choices.
     *
     * @param extra parameters that override the request's own
     */
    static long of(CompletionRequest request, Map<String, String> extra, int fallback) {
      Long limit = limit(request, extra);
      Long choices = number(extra, "n", request.getN());
      return (limit == null ? fallback : limit) * (choices == null ? 1 : Math.max(1, choices));
    }

    /** Returns the limit of the request for each choice; null if it has none. */
    static @Nullable Long limit(CompletionRequest request, Map<String, String> extra) {
      Long limit = number(extra, "max_completion_tokens", request.getMaxCompletionTokens());
      return limit == null ? number(extra, "max_tokens", request.getMaxTokens()) : limit;
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

  /** Provides the encodings of models. */
  @FunctionalInterface
  interface Encodings {

    /** No model has a known encoding. */
    Encodings NONE = family -> null;

    /**
     * Returns a function that counts the tokens of a text like this family of models; null if the
     * encoding is unknown.
     */
    @Nullable ToIntFunction<String> of(ModelFamily family);
  }

  /**
   * The encodings of JTokkit. Each is loaded when the first request needs it, and kept. Loading
   * takes 0.2 to 0.4 seconds, and 14 MB (cl100k_base) or 30 MB (o200k_base) of heap.
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
      // The other method throws if the text contains <|endoftext|>.
      return text -> encoding.countTokensOrdinary(asSent(text));
    }

    /**
     * Returns the text as it is sent in a body. An unpaired surrogate, which JTokkit rejects,
     * becomes a question mark.
     */
    private static String asSent(String text) {
      return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
  }
}
