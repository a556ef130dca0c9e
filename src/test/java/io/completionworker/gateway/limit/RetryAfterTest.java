package io.completionworker.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
    "retry-after,         0,          PT0S",
    "Retry-After,         7,          PT7S",
    "retry-after,         31536000,   PT8760H",
  })
  void shouldReadNumbers(String name, String value, Duration wait) {
    assertThat(retryAfter.asked(headers(name, value))).isEqualTo(wait);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 22 Nov 2026 11:30:18 GMT",
        "Sunday, 22-Nov-26 11:30:18 GMT",
        "Sun Nov 22 11:30:18 2026"
      })
  void shouldReadEveryFormOfAnHttpDate(String date) {
    assertThat(retryAfter.asked(headers("retry-after", date))).isEqualTo(Duration.ofMillis(59_750));
  }

  @Test
  void shouldReadADateWithASpaceBeforeTheDay() {
    assertThat(retryAfter.asked(headers("retry-after", "Tue Dec  1 11:29:18 2026")))
        .isEqualTo(Duration.ofDays(9).minusMillis(250));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-1",
        "-0.1",
        "NaN",
        "Infinity",
        "-Infinity",
        "soon",
        "0x10",
        "1d",
        "10s",
        "1,5",
        "1 2",
        "Sun, 22 Nov 2026 11:29:17 GMT",
        "Mon, 22 Nov 2026 11:30:18 GMT",
        "tomorrow, GMT",
        "Sun, 32 Nov 2026 11:30:18 GMT"
      })
  void shouldTakeGarbageAndWhatHasPassedAsAbsent(String value) {
    assertThat(retryAfter.asked(headers("retry-after", value))).isNull();
    assertThat(retryAfter.asked(headers("retry-after-ms", value))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "99999999999999999999999999",
        "1e300",
        "9223372036854775807",
        "Sun, 22 Nov 9999 11:30:18 GMT"
      })
  void shouldCutAbsurdWaitsToWhatDoesNotOverflow(String value) {
    Duration wait = retryAfter.asked(headers("retry-after", value.replace("Sun, 22", "Mon, 22")));

    assertThat(wait).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
  }

  @Test
  void shouldPreferMillisecondsAndFallBackOverGarbage() {
    MultiMap headers =
        headers("retry-after", "20")
            .add("x-ms-retry-after-ms", "3000")
            .add("retry-after-ms", "1000");
    assertThat(retryAfter.asked(headers)).isEqualTo(Duration.ofSeconds(1));

    headers.set("retry-after-ms", "NaN");
    assertThat(retryAfter.asked(headers)).isEqualTo(Duration.ofSeconds(3));

    headers.set("x-ms-retry-after-ms", "-5");
    assertThat(retryAfter.asked(headers)).isEqualTo(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @CsvSource({
    "1s,          PT1S",
    "6m0s,        PT6M",
    "6ms,         PT0.006S",
    "1h2m3.5s,    PT1H2M3.5S",
    "0,           PT0S",
    "0s,          PT0S",
    "1.5h,        PT1H30M",
    "20us,        PT0.00002S",
    "20µs,        PT0.00002S",
    "7ns,         PT0.000000007S",
    "2m59.56s,    PT2M59.56S",
    "99999999999h, PT2562047H47M16.854775807S",
  })
  void shouldReadDurationsAsGoWritesThem(String value, Duration duration) {
    assertThat(RetryAfter.goDuration(value)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "-1s", "1d", "s", "1s2", "1 s", ".s", "1m 2s", "1S"})
  void shouldTakeWhatGoWouldNotWriteAsAbsent(String value) {
    assertThat(RetryAfter.goDuration(value)).isNull();
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
    "x-ratelimit-reset-requests,     2s",
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
        .whenLimited(MultiMap.caseInsensitiveMultiMap());
  }

  private Duration limited(MultiMap headers) {
    return retryAfter.whenLimited(headers);
  }

  private static MultiMap headers(String name, String value) {
    return MultiMap.caseInsensitiveMultiMap().add(name, value);
  }
}
