// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.limit;

import io.netty.handler.codec.DateFormatter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times and durations that servers send: a number in some unit, a Unix time in seconds or
 * finer, a duration ({@code 6m0s}, {@code 20ms}, {@code 2 minutes}, {@code PT36S}), a time as in
 * RFC 3339, or an HTTP date. Times in the past and times more than a year away are treated as
 * unreadable.
 */
final class TimeText {

  /** The smallest number that is read as a Unix time. A wait in seconds has fewer digits. */
  private static final double FIRST_UNIX_TIME = 1e9;

  private static final Duration LONGEST = Duration.ofDays(366);
  private static final int MOST_CHARACTERS = 100;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Pattern DECIMAL =
      Pattern.compile("\\+?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?");

  private static final String PART =
      "(\\d++(?:\\.\\d*+)?|\\.\\d++)\\s*+"
          + "(ns|us|\u00b5s|\u03bcs|ms|milliseconds?|millis|seconds?|secs?|s"
          + "|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])";

  /**
   * The pattern of a duration of one or several parts within other text. No server sends more than
   * ten parts, and an unbounded loop would take stack for each repetition.
   */
  static final String DURATION = PART + "(?:\\s*+(?:(?:,|and)\\s*+)?" + PART + "){0,9}";

  private static final Pattern WHOLE_DURATION =
      Pattern.compile("\\+?" + DURATION, Pattern.CASE_INSENSITIVE);
  private static final Pattern DURATION_PART = Pattern.compile(PART, Pattern.CASE_INSENSITIVE);

  /**
   * The two obsolete forms of an HTTP date. Other time zones are excluded, since Netty's parser
   * takes every zone for UTC.
   */
  private static final Pattern OLD_DATE =
      Pattern.compile(
          "[A-Z][a-z]{5,8}, \\d\\d-.{1,20} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} .{1,20} \\d{4}");

  /**
   * Parsers for RFC 3339 and for the three forms that RFC 9110, section 5.6.7, tells recipients to
   * accept. The usual form is parsed by the Java runtime: Netty also parses it, but ignores the
   * zone and the day of the week.
   */
  private static final List<Function<String, Instant>> TIMES =
      List.of(
          text -> OffsetDateTime.parse(text).toInstant(),
          text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
          text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(),
          TimeText::oldDate);

  private final InstantSource clock;

  TimeText(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Returns the time from now until the given time, or null if the value cannot be read.
   *
   * @param nanosPerUnit unit of a number that is not a Unix time, in nanoseconds
   */
  @Nullable Duration read(@Nullable String value, double nanosPerUnit) {
    String text = value == null ? "" : value.strip();
    if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
      return null;
    }
    if (DECIMAL.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      return number < FIRST_UNIX_TIME ? credible(number * nanosPerUnit) : untilUnix(number);
    }
    if (WHOLE_DURATION.matcher(text).matches()) {
      return credible(nanosOf(text));
    }
    Duration iso = iso(text);
    return iso == null ? until(text) : iso;
  }

  /** Reads a value whose numbers are in seconds. */
  @Nullable Duration read(@Nullable String value) {
    return read(value, NANOS_PER_SECOND);
  }

  /**
   * Returns the time until a Unix time. Since no unit is named, the number of digits tells the
   * unit.
   */
  private @Nullable Duration untilUnix(double number) {
    double perSecond = number < 1e11 ? 1 : number < 1e14 ? 1e3 : number < 1e17 ? 1e6 : 1e9;
    Instant now = clock.instant();
    double ahead = number / perSecond - now.getEpochSecond() - now.getNano() / NANOS_PER_SECOND;
    return ahead < 0 ? null : credible(ahead * NANOS_PER_SECOND);
  }

  private static double nanosOf(String text) {
    double nanos = 0;
    Matcher part = DURATION_PART.matcher(text);
    while (part.find()) {
      nanos += Double.parseDouble(part.group(1)) * nanosIn(part.group(2).toLowerCase(Locale.ROOT));
    }
    return nanos;
  }

  private static double nanosIn(String unit) {
    if (unit.equals("ms") || unit.startsWith("milli")) {
      return 1e6;
    }
    return switch (unit.charAt(0)) {
      case 'd' -> 24 * 3600 * NANOS_PER_SECOND;
      case 'h' -> 3600 * NANOS_PER_SECOND;
      case 'm' -> 60 * NANOS_PER_SECOND;
      case 's' -> NANOS_PER_SECOND;
      case 'n' -> 1;
      default -> 1e3; // the three spellings of a microsecond
    };
  }

  private static @Nullable Duration iso(String text) {
    if ("Pp+".indexOf(text.charAt(0)) < 0) {
      return null; // the usual case: a time, which some providers send with each answer
    }
    try {
      Duration duration = Duration.parse(text);
      return duration.isNegative() || duration.compareTo(LONGEST) > 0 ? null : duration;
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private @Nullable Duration until(String text) {
    for (Function<String, Instant> form : TIMES) {
      try {
        Duration ahead = Duration.between(clock.instant(), form.apply(text));
        return ahead.isNegative() || ahead.compareTo(LONGEST) > 0 ? null : ahead;
      } catch (DateTimeException | ArithmeticException e) {
        // try the next form
      }
    }
    return null;
  }

  private static @Nullable Duration credible(double nanos) {
    return nanos <= LONGEST.toNanos() ? Duration.ofNanos(Math.round(nanos)) : null;
  }

  private static Instant oldDate(String text) {
    Date date = OLD_DATE.matcher(text).matches() ? DateFormatter.parseHttpDate(text) : null;
    if (date == null) {
      throw new DateTimeException("no HTTP date");
    }
    return date.toInstant();
  }
}
