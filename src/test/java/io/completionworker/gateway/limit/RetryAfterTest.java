// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.gateway.limit.RetryAfter.RetryHints;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-22T11:29:18.250Z");

  private final RetryAfter retryAfter = new RetryAfter(InstantSource.fixed(NOW), () -> 0);

  @ParameterizedTest
  @CsvSource({
    "retry-after-ms,      20000,      PT20S",
    "retry-after-ms,      12.5,       PT0.0125S",
    "x-ms-retry-after-ms, 300,        PT0.3S",
    "retry-after,         20,         PT20S",
    "retry-after,         ' 20 ',     PT20S",
    "retry-after,         +3,         PT3S",
    "retry-after,         1.5,        PT1.5S",
    "retry-after,         .5,         PT0.5S",
    "retry-after,         1e2,        PT100S",
    "x-retry-after,       7,          PT7S",
    "retry-after,         20ms,       PT0.02S",
    "retry-after,         6m0s,       PT6M",
    "retry-after,         1h2m3.5s,   PT1H2M3.5S",
    "retry-after,         36s,        PT36S",
    "retry-after,         '2 minutes, 3 seconds', PT2M3S",
    "retry-after,         1 minute and 30 seconds, PT1M30S",
    "retry-after,         PT36.5S,    PT36.5S",
    "retry-after,         1795346960, PT1.75S",
    "retry-after,         1795346960.25, PT2S",
    "retry-after,         1795346960250, PT2S",
    "retry-after,         1795346960250000, PT2S",
    "retry-after-ms,      1795346960250, PT2S",
    "retry-after-ms,      1795346960, PT1.75S",
    "retry-after,         2026-11-22T11:29:20.25Z, PT2S",
    "retry-after,         2026-11-22T12:29:20.25+01:00, PT2S",
    "retry-after,         2026-11-22T11:29:20.25, PT2S",
    "Retry-After,         7,          PT7S",
    "retry-after,         31536000,   PT8760H",
  })
  void shouldReadNumbers(String name, String value, Duration wait) {
    assertThat(asked(headers(name, value))).isEqualTo(wait);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 22 Nov 2026 11:30:18 GMT",
        "Sun, 22 Nov 2026 12:30:18 +0100",
        "Sunday, 22-Nov-26 11:30:18 GMT",
        "Sun Nov 22 11:30:18 2026"
      })
  void shouldReadEveryFormOfAnHttpDate(String date) {
    assertThat(asked(headers("retry-after", date))).isEqualTo(Duration.ofMillis(59_750));
  }

  @Test
  void shouldReadADateWithASpaceBeforeTheDay() {
    assertThat(asked(headers("retry-after", "Tue Dec  1 11:29:18 2026")))
        .isEqualTo(Duration.ofDays(9).minusMillis(250));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "0.0",
        "0s",
        "-1",
        "-0.1",
        "-5s",
        "1795346957",
        "1795346957000",
        "2026-11-22T11:29:17Z",
        "PT-5S",
        "2 moons",
        "NaN",
        "Infinity",
        "-Infinity",
        "soon",
        "0x10",
        "1,5",
        "1 2",
        "Sun, 22 Nov 2026 11:29:17 GMT",
        "Mon, 22 Nov 2026 11:30:18 GMT",
        "tomorrow, GMT",
        "Sun, 32 Nov 2026 11:30:18 GMT",
        "Sun, 22 Nov 2026 11:30:18 PST",
        "Sunday, 22-Nov-26 11:30:18 PST",
        "Sunday, 22-Nov-77 11:30:18 GMT",
        "Sunday, 22-Nov-26 11:30 GMT",
        "Sun Nov 22 11:30:18 PST 2026 or 2026",
        "Sunday, 22-Nov-26 11:30:18 and so on, and so on, and so on, and so on GMT"
      })
  void shouldTakeGarbageAndWhatHasPassedAsAbsent(String value) {
    assertThat(asked(headers("retry-after", value))).isNull();
    assertThat(asked(headers("retry-after-ms", value))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "99999999999999999999999999",
        "1e300",
        "9223372036854775807",
        "999999999",
        "99999999999h",
        "PT99999999999H",
        "Mon, 22 Nov 9999 11:30:18 GMT",
        "9999-11-22T11:29:20Z",
        "+999999999-12-31T23:59:59Z"
      })
  void shouldTakeAbsurdWaitsAsAbsent(String value) {
    assertThat(asked(headers("retry-after", value))).isNull();
  }

  @Test
  void shouldPreferMillisecondsAndFallBackOverGarbage() {
    MultiMap headers =
        headers("retry-after", "20")
            .add("x-ms-retry-after-ms", "3000")
            .add("retry-after-ms", "1000");
    assertThat(asked(headers)).isEqualTo(Duration.ofSeconds(1));

    headers.set("retry-after-ms", "NaN");
    assertThat(asked(headers)).isEqualTo(Duration.ofSeconds(3));

    headers.set("x-ms-retry-after-ms", "-5");
    assertThat(asked(headers)).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void shouldWaitForTheLimitThatIsExhausted() {
    MultiMap headers =
        headers("x-ratelimit-remaining-requests", "0")
            .add("x-ratelimit-reset-requests", "2s")
            .add("x-ratelimit-remaining-tokens", "17")
            .add("x-ratelimit-reset-tokens", "6m0s");
    assertThat(limited(headers)).isEqualTo(Duration.ofSeconds(2));

    headers.set("x-ratelimit-remaining-tokens", "0");
    assertThat(limited(headers)).isEqualTo(Duration.ofMinutes(6));

    headers.set("x-ratelimit-reset-tokens", "7.5");
    assertThat(limited(headers)).as("in seconds").isEqualTo(Duration.ofMillis(7_500));
  }

  @ParameterizedTest
  @CsvSource({
    "x-ratelimit-remaining-requests,         x-ratelimit-reset-requests,         1795346960",
    "x-ratelimit-remaining-requests,         x-ratelimit-reset-requests,         1795346960000",
    "x-ratelimit-remaining,                  x-ratelimit-reset,                  1795346960000",
    "X-RateLimit-Remaining,                  X-RateLimit-Reset,                  1795346960",
    "x-rate-limit-remaining,                 x-rate-limit-reset,                 1.75",
    "ratelimit-remaining,                    ratelimit-reset,                    1.75",
    "x-ratelimit-remaining-req-minute,       x-ratelimit-reset-req-minute,       1.75",
    "x-ratelimit-remaining-tokens-minute,    x-ratelimit-reset-tokens-minute,    1750ms",
    "x-ratelimit-remaining-requests-day,     x-ratelimit-reset-requests-day,     1.75",
    "anthropic-ratelimit-requests-remaining, anthropic-ratelimit-requests-reset, 2026-11-22T11:29:20Z",
    "anthropic-ratelimit-input-tokens-remaining, anthropic-ratelimit-input-tokens-reset,"
        + " 2026-11-22T11:29:20Z",
  })
  void shouldKnowTheResetOfEveryFamilyOfHeaders(String remaining, String reset, String value) {
    Duration wait = Duration.ofMillis(1_750);

    assertThat(limited(headers(remaining, "0").add(reset, value))).isEqualTo(wait);
    assertThat(limited(headers(reset, value))).as("alone").isEqualTo(wait);
    assertThat(limited(headers(remaining, "7").add(reset, value))).isNotEqualTo(wait);
  }

  @ParameterizedTest
  @CsvSource({
    "ratelimit, 'limit=100, remaining=0, reset=7'",
    "RateLimit, '\"default\";r=0;t=7'",
  })
  void shouldReadTheStructuredHeaderOfTheDrafts(String name, String value) {
    assertThat(limited(headers(name, value))).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void shouldUseWhatTheBodyQuotesWhenTheHeadersSayNothing() {
    MultiMap quoted = headers("X-RateLimit-Remaining", "0").add("X-RateLimit-Reset", "7");
    RetryHints body = new RetryHints(quoted, List.of(), null);

    assertThat(retryAfter.whenLimited(headers("retry-after", "0"), body))
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(retryAfter.whenLimited(headers("retry-after", "3"), body))
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void shouldUseTheDelayInTheBodyBeforeItsWords() {
    RetryHints body =
        new RetryHints(
            MultiMap.caseInsensitiveMultiMap(), List.of("36s"), "Please retry in 12.5s.");

    assertThat(retryAfter.asked(headers("any", "1"), body)).isEqualTo(Duration.ofSeconds(36));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Rate limit reached. Limit 100000, Used 99901, Requested 1681. Please try again in 22m46.848s."
            + " | PT22M46.848S",
        "Please try again in 7.66s. Visit https://example.org to learn more. | PT7.66S",
        "Please try again in 6m0s. | PT6M",
        "Please try again in 20ms. Need more? | PT0.02S",
        "Please retry after 12 seconds. | PT12S",
        "Please retry in 36.123456s. | PT36.123456S",
        "Rate limit is exceeded. Try again in 46 seconds. | PT46S",
        "Try again in about 2 minutes and 3 seconds | PT2M3S",
        "please wait 5s | PT5S",
        "The limit resets in 1 hour | PT1H",
        "{\"retryDelay\": \"36s\"} | PT36S",
      })
  void shouldReadTheWordsOfTheMessageWhenNothingElseIsSaid(String message, Duration wait) {
    RetryHints body = new RetryHints(MultiMap.caseInsensitiveMultiMap(), List.of(), message);

    assertThat(retryAfter.whenLimited(headers("any", "1"), body)).isEqualTo(wait);
    assertThat(retryAfter.asked(headers("any", "1"), body)).isEqualTo(wait);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Please try again later.",
        "Limit 10 per 60s, try again in a while",
        "Try again in 0s",
        "Try again in 3 months",
        "It took 30s, so wait",
        "try again in 111111111111111111111111111111111111111111111111111111111111111111111111"
      })
  void shouldMakeNothingOfWordsThatNameNoWait(String message) {
    RetryHints body = new RetryHints(MultiMap.caseInsensitiveMultiMap(), List.of(), message);

    assertThat(retryAfter.asked(headers("any", "1"), body)).isNull();
  }

  @Test
  void shouldNotBreakOverAFloodOfParts() {
    String flood = "Please try again in 2s" + "  1s".repeat(990);
    RetryHints body = new RetryHints(MultiMap.caseInsensitiveMultiMap(), List.of(), flood);

    assertThat(retryAfter.asked(headers("any", "1"), body)).isNotNull();
    assertThat(asked(headers("retry-after", "1s".repeat(50)))).isNull();
  }

  @Test
  void shouldPreferWhatTheServerAsksForOutright() {
    MultiMap headers =
        headers("x-ratelimit-remaining-requests", "0")
            .add("x-ratelimit-reset-requests", "2s")
            .add("retry-after", "9");

    assertThat(limited(headers)).isEqualTo(Duration.ofSeconds(9));
  }

  @ParameterizedTest
  @CsvSource({
    "x-ratelimit-remaining-requests, 17",
    "x-ratelimit-remaining-requests, soon",
    "retry-after,                    -1",
    "retry-after,                    soon",
    "x-request-id,                   any",
  })
  void shouldWaitForTheNextMinuteWhenNothingUsableIsSaid(String name, String value) {
    assertThat(limited(headers(name, value))).isEqualTo(Duration.ofMillis(41_750));
  }

  @Test
  void shouldNotUseAResetThatCannotBeRead() {
    MultiMap headers =
        headers("x-ratelimit-remaining-requests", "0").add("x-ratelimit-reset-requests", "soon");

    assertThat(limited(headers)).isEqualTo(Duration.ofMillis(41_750));
  }

  @Test
  void shouldWaitAWholeMinuteAtItsEdge() {
    var atTheEdge = Instant.parse("2026-11-22T11:29:00Z");

    assertThat(limitedAt(atTheEdge, 0)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void shouldSpreadThoseWhoWaitForTheNextMinuteOverASecond() {
    assertThat(limitedAt(NOW, 0.25)).isEqualTo(Duration.ofSeconds(42));
    assertThat(limitedAt(NOW, 0.999_999)).isEqualTo(Duration.ofMillis(42_749));
  }

  private static Duration limitedAt(Instant now, double dice) {
    return new RetryAfter(InstantSource.fixed(now), () -> dice)
        .whenLimited(MultiMap.caseInsensitiveMultiMap(), RetryHints.NONE);
  }

  private Duration limited(MultiMap headers) {
    return retryAfter.whenLimited(headers, RetryHints.NONE);
  }

  private @Nullable Duration asked(MultiMap headers) {
    return retryAfter.asked(headers, RetryHints.NONE);
  }

  private static MultiMap headers(String name, String value) {
    return MultiMap.caseInsensitiveMultiMap().add(name, value);
  }
}
