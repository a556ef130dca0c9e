package io.completionworker.gateway.limit;

import io.completionworker.completion.RateSignals;
import io.completionworker.completion.RateSignals.Window;
import io.vertx.core.MultiMap;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code x-ratelimit-limit-*}, {@code -remaining-*} and {@code -reset-*}, for requests and
 * for tokens. A reset is a duration as Go writes it, or seconds. Negative numbers, as some limiters
 * send for a limit that was overrun, are taken as not said.
 */
public final class RateHeaders {

  /** More digits than a count has; longer ones are no count. */
  private static final int MAX_DIGITS = 18;

  private static final Header REQUESTS = new Header("requests");
  private static final Header TOKENS = new Header("tokens");

  private RateHeaders() {}

  /** What is said; {@link RateSignals#NONE} itself when that is nothing. */
  public static RateSignals read(MultiMap headers) {
    Window requests = REQUESTS.window(headers);
    Window tokens = TOKENS.window(headers);
    return requests == null && tokens == null
        ? RateSignals.NONE
        : new RateSignals(requests, tokens);
  }

  /** Names are put together once, since most answers have none of them. */
  private record Header(String limit, String remaining, String reset) {

    Header(String what) {
      this("x-ratelimit-limit-" + what, "x-ratelimit-remaining-" + what, reset(what));
    }

    static String reset(String what) {
      return "x-ratelimit-reset-" + what;
    }

    @Nullable Window window(MultiMap headers) {
      Long most = count(headers.get(limit));
      Long left = count(headers.get(remaining));
      Duration untilWhole = RetryAfter.resetIn(headers.get(reset));
      return most == null && left == null && untilWhole == null
          ? null
          : new Window(most, left, untilWhole);
    }
  }

  /** A whole number; some servers write it with a fraction, which is cut off. */
  private static @Nullable Long count(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    int point = text.indexOf('.');
    String digits = point < 0 ? text : text.substring(0, point);
    boolean number =
        !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && isDigits(text.replaceFirst("\\.", ""));
    return number ? Long.valueOf(digits) : null;
  }

  private static boolean isDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
