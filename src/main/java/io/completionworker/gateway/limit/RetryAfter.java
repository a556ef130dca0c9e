// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.limit;

import io.completionworker.gateway.limit.RateHeaders.Windows;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Determines how long a server asks to wait: by its headers, else by the headers that the body of
 * the rejection quotes, else by the body itself. A wait of zero, a wait that is over, a wait of
 * more than a year and an unreadable value are treated as absent.
 */
public final class RetryAfter {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final List<String> IN_MILLIS = List.of("retry-after-ms", "x-ms-retry-after-ms");
  private static final List<String> IN_SECONDS = List.of("retry-after", "x-retry-after");

  /**
   * Matches a wait in words: "Please try again in 6m0s", "Please retry after 12 seconds",
   * "retryDelay": "36s".
   */
  private static final Pattern IN_WORDS =
      Pattern.compile(
          "(?:\\b(?:again|retry|retrying|wait|reset|resets)\\b[^.;\\d]{0,30}?\\b(?:in|after|for)(?: (?:about|approximately))?"
              + "|\\bwait|retry_?(?:delay|after)\\W{1,8}?)\\s*("
              + TimeText.DURATION
              + ")",
          Pattern.CASE_INSENSITIVE);

  private static final int MOST_CHARACTERS = 4_000;

  /** The maximum jitter. Requests that were rejected together must not be retried together. */
  private static final double LONGEST_JITTER_MILLIS = 1_000;

  private final InstantSource clock;
  private final DoubleSupplier dice;
  private final TimeText times;

  /**
   * Creates a reader of waits.
   *
   * @param dice source of numbers from 0 up to but not including 1, for the jitter of waits that no
   *     server asked for
   */
  public RetryAfter(InstantSource clock, DoubleSupplier dice) {
    this.clock = clock;
    this.dice = dice;
    this.times = new TimeText(clock);
  }

  /** Returns the wait that a response asks for, or null if it asks for none. */
  public @Nullable Duration asked(MultiMap headers, RetryHints body) {
    Duration wait = outright(headers, body);
    return wait == null ? inWords(body.message()) : wait;
  }

  private @Nullable Duration outright(MultiMap headers, RetryHints body) {
    return Stream.of(headers, body.headers())
        .flatMap(this::asked)
        .findFirst()
        .or(() -> body.delays().stream().flatMap(this::said).findFirst())
        .orElse(null);
  }

  /**
   * Returns the wait after a rejection for too many calls: the wait that the response asks for,
   * else the time until an exhausted limit is reset, else the wait in the message, else the time
   * until the next minute of the clock plus up to one second.
   *
   * <p>The gateway's own windows are aligned to the minutes of the clock, and its rejections do not
   * mention them. If nothing is known about a provider's windows, a minute is the period of most
   * limits.
   */
  public Duration whenLimited(MultiMap headers, RetryHints body) {
    Duration wait = outright(headers, body);
    for (MultiMap said : List.of(headers, body.headers())) {
      wait = wait == null ? new Windows(said, times).untilReset() : wait;
    }
    if (wait == null) {
      wait = inWords(body.message());
    }
    return wait == null ? untilNextMinute() : wait;
  }

  private Stream<Duration> asked(MultiMap headers) {
    Stream<Duration> millis =
        IN_MILLIS.stream()
            .flatMap(name -> positive(times.read(headers.get(name), NANOS_PER_MILLI)));
    return Stream.concat(millis, IN_SECONDS.stream().map(headers::get).flatMap(this::said));
  }

  private Stream<Duration> said(@Nullable String value) {
    return positive(times.read(value));
  }

  private static Stream<Duration> positive(@Nullable Duration wait) {
    return wait == null || wait.isZero() ? Stream.empty() : Stream.of(wait);
  }

  private @Nullable Duration inWords(@Nullable String message) {
    if (message == null) {
      return null;
    }
    Matcher words =
        IN_WORDS.matcher(message.substring(0, Math.min(MOST_CHARACTERS, message.length())));
    return words.find() ? said(words.group(1)).findFirst().orElse(null) : null;
  }

  private Duration untilNextMinute() {
    long edge = 60_000 - Math.floorMod(clock.millis(), 60_000L);
    return Duration.ofMillis(edge + (long) (dice.getAsDouble() * LONGEST_JITTER_MILLIS));
  }

  /**
   * What the body of a rejection says about waits.
   *
   * @param headers the provider's headers, if a gateway quotes them
   * @param delays waits that are stated explicitly
   * @param message text that may mention a wait, or null
   */
  public record RetryHints(MultiMap headers, List<String> delays, @Nullable String message) {

    /** A body that says nothing about waits. */
    public static final RetryHints NONE =
        new RetryHints(MultiMap.caseInsensitiveMultiMap(), List.of(), null);

    public RetryHints {
      delays = List.copyOf(delays);
    }
  }
}
