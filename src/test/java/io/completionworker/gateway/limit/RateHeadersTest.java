// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.AttemptResult.RateSignals.Window;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateHeadersTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T11:29:18Z"));

  @ParameterizedTest
  @CsvSource({
    "600,    599,  100ms, 600, 599, PT0.1S",
    "600,    0,    6m0s,  600, 0,   PT6M",
    "' 60 ', 7.0,  0,     60,  7,   PT0S",
    "600,    5,    12,    600, 5,   PT12S",
    "600,    5,    0.5,   600, 5,   PT0.5S",
    "0,      0,    1s,    0,   0,   PT1S",
    "600,    -3,   1s,    600, ,    PT1S",
    "-1,     3,    -1s,   ,    3,   ",
    "many,   3,    soon,  ,    3,   ",
    "'',     3,    '',    ,    3,   ",
    "1e3,    3,    ,      ,    3,   ",
    "1.2.3,  3,    ,      ,    3,   ",
    ",       ,     30s,   ,    ,    PT30S",
    "999999999999999999999, 3, , , 3, ",
  })
  void shouldReadWhatCanBeReadOfAWindow(
      @Nullable String limit,
      @Nullable String remaining,
      @Nullable String reset,
      @Nullable Long most,
      @Nullable Long left,
      @Nullable Duration wait) {
    for (String what : new String[] {"requests", "tokens"}) {
      MultiMap headers = MultiMap.caseInsensitiveMultiMap();
      add(headers, "x-ratelimit-limit-" + what, limit);
      add(headers, "X-RateLimit-Remaining-" + what, remaining);
      add(headers, "x-ratelimit-reset-" + what, reset);

      Window window = new Window(most, left, wait);
      assertThat(RateHeaders.read(headers, CLOCK))
          .isEqualTo(
              what.equals("requests")
                  ? new RateSignals(window, null)
                  : new RateSignals(null, window));
    }
  }

  @Test
  void shouldReadBothWindows() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("x-ratelimit-remaining-requests", "59")
            .add("x-ratelimit-remaining-tokens", "149984");

    assertThat(RateHeaders.read(headers, CLOCK))
        .isEqualTo(new RateSignals(new Window(null, 59L, null), new Window(null, 149_984L, null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-request-id", "x-ratelimit-limit", "x-ratelimit-limit-images"})
  void shouldMakeNothingOfOtherHeaders(String name) {
    assertThat(RateHeaders.read(MultiMap.caseInsensitiveMultiMap().add(name, "1"), CLOCK))
        .isSameAs(RateSignals.NONE);
  }

  @Test
  void shouldMakeNothingOfHeadersThatSayNothing() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("x-ratelimit-remaining-requests", "-1")
            .add("x-ratelimit-reset-tokens", "soon");

    assertThat(RateHeaders.read(headers, CLOCK)).isSameAs(RateSignals.NONE);
  }

  @Test
  void shouldReadTheWindowsOfOtherProviders() {
    MultiMap anthropic =
        MultiMap.caseInsensitiveMultiMap()
            .add("anthropic-ratelimit-requests-limit", "50")
            .add("anthropic-ratelimit-requests-remaining", "49")
            .add("anthropic-ratelimit-requests-reset", "2026-11-22T11:29:20Z")
            .add("anthropic-ratelimit-input-tokens-limit", "40000")
            .add("anthropic-ratelimit-input-tokens-remaining", "39000")
            .add("anthropic-ratelimit-output-tokens-limit", "8000")
            .add("anthropic-ratelimit-output-tokens-remaining", "7000");
    assertThat(RateHeaders.read(anthropic, CLOCK))
        .isEqualTo(
            new RateSignals(
                new Window(50L, 49L, Duration.ofSeconds(2)), new Window(8_000L, 7_000L, null)));

    MultiMap mistral =
        MultiMap.caseInsensitiveMultiMap()
            .add("x-ratelimit-limit-req-minute", "720")
            .add("x-ratelimit-remaining-req-minute", "717")
            .add("x-ratelimit-remaining-tokens-month", "9")
            .add("x-ratelimit-tokens-query-cost", "52")
            .add("x-ratelimit-limit-tokens-minute", "5000000")
            .add("x-ratelimit-remaining-tokens-minute", "4999911");
    assertThat(RateHeaders.read(mistral, CLOCK))
        .isEqualTo(
            new RateSignals(
                new Window(720L, 717L, null), new Window(5_000_000L, 4_999_911L, null)));

    MultiMap unixTimes =
        MultiMap.caseInsensitiveMultiMap()
            .add("x-ratelimit-remaining-requests", "0")
            .add("x-ratelimit-reset-requests", "1795346960")
            .add("x-ratelimit-remaining-tokens", "0")
            .add("x-ratelimit-reset-tokens", "1795346960500");
    assertThat(RateHeaders.read(unixTimes, CLOCK))
        .isEqualTo(
            new RateSignals(
                new Window(null, 0L, Duration.ofSeconds(2)),
                new Window(null, 0L, Duration.ofMillis(2_500))));
  }

  private static void add(MultiMap headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value);
    }
  }
}
