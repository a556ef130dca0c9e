package io.completionworker.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.RateSignals;
import io.completionworker.completion.RateSignals.Window;
import io.vertx.core.MultiMap;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateHeadersTest {

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
      assertThat(RateHeaders.read(headers))
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

    assertThat(RateHeaders.read(headers))
        .isEqualTo(new RateSignals(new Window(null, 59L, null), new Window(null, 149_984L, null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-request-id", "x-ratelimit-limit", "x-ratelimit-limit-images"})
  void shouldMakeNothingOfOtherHeaders(String name) {
    assertThat(RateHeaders.read(MultiMap.caseInsensitiveMultiMap().add(name, "1")))
        .isSameAs(RateSignals.NONE);
  }

  @Test
  void shouldMakeNothingOfHeadersThatSayNothing() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("x-ratelimit-remaining-requests", "-1")
            .add("x-ratelimit-reset-tokens", "soon");

    assertThat(RateHeaders.read(headers)).isSameAs(RateSignals.NONE);
  }

  private static void add(MultiMap headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value);
    }
  }
}
