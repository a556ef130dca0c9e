// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import io.completionworker.avro.CompletionRequest;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tokens that the completions of a request may have, all choices together. */
final class OutputTokens {

  /** Beyond it, exactness is of no use, and a product of two still fits. */
  private static final long MOST = 1_000_000_000;

  private static final Pattern WHOLE = Pattern.compile("\\d+");

  private OutputTokens() {}

  /**
   * What the request allows, else the fallback, times its choices.
   *
   * @param extra parameters that take the place of the request's own
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
