package io.completionworker.gateway.limit;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long a server asks to wait.
 *
 * <p>Read in this order: {@code retry-after-ms} and {@code x-ms-retry-after-ms} (milliseconds, with
 * fractions), {@code retry-after} (seconds, with fractions, or an HTTP date). What cannot be read
 * is taken as absent, and so is a date in the past. Waits longer than 292 years are cut to that, so
 * that nobody has to fear an overflow.
 */
public final class RetryAfter {

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Pattern DECIMAL =
      Pattern.compile("\\+?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?");
  private static final Pattern GO_DURATION =
      Pattern.compile("\\+?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+");
  private static final Pattern GO_PART =
      Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)");

  /** The three forms that RFC 9110, section 5.6.7, tells recipients to accept. */
  private static final List<DateTimeFormatter> HTTP_DATES =
      List.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(), asctime());

  /** Those who were refused together must not come back together. */
  private static final double LONGEST_JITTER_MILLIS = 1_000;

  private final InstantSource clock;
  private final DoubleSupplier dice;

  /**
   * A reader of waits.
   *
   * @param dice numbers from 0 to under 1, for the jitter of waits that nobody asked for
   */
  public RetryAfter(InstantSource clock, DoubleSupplier dice) {
    this.clock = clock;
    this.dice = dice;
  }

  /** The wait that the headers ask for outright, or null. */
  public @Nullable Duration asked(MultiMap headers) {
    for (String name : new String[] {"retry-after-ms", "x-ms-retry-after-ms"}) {
      Duration wait = decimal(headers.get(name), NANOS_PER_MILLI);
      if (wait != null) {
        return wait;
      }
    }
    String value = headers.get("retry-after");
    Duration wait = decimal(value, NANOS_PER_SECOND);
    return wait != null ? wait : untilDate(value);
  }

  /**
   * The wait after a refusal for too many calls: what the headers ask for, else until an exhausted
   * limit is reset, else until the next minute of the clock begins, and up to a second more. The
   * gateway's own windows are aligned to it and its refusals say nothing of them; and where nothing
   * is known of a provider's, a minute is what most limits count by.
   */
  public Duration whenLimited(MultiMap headers) {
    Duration wait = asked(headers);
    if (wait == null) {
      wait = longer(reset(headers, "requests"), reset(headers, "tokens"));
    }
    return wait == null ? untilNextMinute() : wait;
  }

  private Duration untilNextMinute() {
    long edge = 60_000 - Math.floorMod(clock.millis(), 60_000L);
    return Duration.ofMillis(edge + (long) (dice.getAsDouble() * LONGEST_JITTER_MILLIS));
  }

  private static @Nullable Duration reset(MultiMap headers, String what) {
    String remaining = headers.get("x-ratelimit-remaining-" + what);
    if (remaining == null || !remaining.strip().matches("-?\\d+(\\.\\d*)?")) {
      return null;
    }
    return Double.parseDouble(remaining) > 0
        ? null
        : resetIn(headers.get("x-ratelimit-reset-" + what));
  }

  private static @Nullable Duration longer(@Nullable Duration a, @Nullable Duration b) {
    return Stream.of(a, b).flatMap(Stream::ofNullable).max(Duration::compareTo).orElse(null);
  }

  private static @Nullable Duration decimal(@Nullable String value, double nanosPerUnit) {
    if (value == null || !DECIMAL.matcher(value.strip()).matches()) {
      return null;
    }
    return nanos(Double.parseDouble(value.strip()) * nanosPerUnit);
  }

  /** A Go duration, or seconds, or null. */
  static @Nullable Duration resetIn(@Nullable String value) {
    Duration duration = goDuration(value);
    return duration == null ? decimal(value, NANOS_PER_SECOND) : duration;
  }

  /** A Go duration such as {@code 1h2m3.5s}, or null. */
  static @Nullable Duration goDuration(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    if (text.length() > 100 || !GO_DURATION.matcher(text).matches()) {
      return null;
    }
    double nanos = 0;
    Matcher part = GO_PART.matcher(text);
    while (part.find()) {
      nanos += Double.parseDouble(part.group(1)) * nanosIn(part.group(2));
    }
    return nanos(nanos);
  }

  private static double nanosIn(String unit) {
    return switch (unit) {
      case "h" -> 3600 * NANOS_PER_SECOND;
      case "m" -> 60 * NANOS_PER_SECOND;
      case "s" -> NANOS_PER_SECOND;
      case "ms" -> NANOS_PER_MILLI;
      case "ns" -> 1;
      default -> 1e3; // the three spellings of a microsecond
    };
  }

  private static Duration nanos(double nanos) {
    return nanos >= Long.MAX_VALUE ? LONGEST : Duration.ofNanos(Math.round(nanos));
  }

  private @Nullable Duration untilDate(@Nullable String value) {
    if (value == null) {
      return null;
    }
    for (DateTimeFormatter format : HTTP_DATES) {
      Instant date = date(value.strip(), format);
      if (date != null) {
        Duration wait = Duration.between(clock.instant(), date);
        return wait.isNegative() ? null : min(wait, LONGEST);
      }
    }
    return null;
  }

  private static @Nullable Instant date(String value, DateTimeFormatter format) {
    try {
      return ZonedDateTime.parse(value, format).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static DateTimeFormatter rfc850() {
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);
  }

  private static DateTimeFormatter asctime() {
    return new DateTimeFormatterBuilder()
        .appendPattern("EEE MMM ")
        .padNext(2)
        .appendValue(ChronoField.DAY_OF_MONTH, 1, 2, SignStyle.NOT_NEGATIVE)
        .appendPattern(" HH:mm:ss yyyy")
        .toFormatter(Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);
  }
}
