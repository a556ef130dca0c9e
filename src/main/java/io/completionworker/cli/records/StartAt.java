// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.config.StartConfig;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The position where reading begins: the oldest record, the end of the topic, or a time.
 *
 * @param time null for the oldest record and for the end
 */
public record StartAt(Kind kind, @Nullable Instant time) {

  /** The kind of position. */
  public enum Kind {
    EARLIEST,
    LATEST,
    TIME
  }

  public static final StartAt EARLIEST = new StartAt(Kind.EARLIEST, null);
  public static final StartAt LATEST = new StartAt(Kind.LATEST, null);

  /** Returns the position of the first record with this time or a later one. */
  public static StartAt time(Instant time) {
    return new StartAt(Kind.TIME, time);
  }

  /**
   * Parses {@code earliest}, {@code latest} or a time.
   *
   * @throws IllegalArgumentException with the allowed forms
   */
  public static StartAt parse(String text, Instant now) {
    return parse(text, now, ZoneOffset.UTC);
  }

  /**
   * Parses {@code earliest}, {@code latest} or a time. Days begin at midnight in {@code zone}.
   *
   * @throws IllegalArgumentException with the allowed forms
   */
  public static StartAt parse(String text, Instant now, ZoneId zone) {
    return switch (text) {
      case "earliest" -> EARLIEST;
      case "latest" -> LATEST;
      default -> time(parseTime(text, now, zone));
    };
  }

  /**
   * Parses a time. Days begin at midnight in UTC.
   *
   * @throws IllegalArgumentException with the allowed forms
   */
  public static Instant parseTime(String text, Instant now) {
    return parseTime(text, now, ZoneOffset.UTC);
  }

  /**
   * Parses a time in one of these forms: {@code today}, {@code yesterday} or a date, each of which
   * is midnight in {@code zone}; a date and time with an offset; or a time span before {@code now}.
   *
   * @throws IllegalArgumentException with the allowed forms
   */
  public static Instant parseTime(String text, Instant now, ZoneId zone) {
    Optional<Duration> ago = TimeSpan.parse(text);
    LocalDate today = now.atZone(zone).toLocalDate();
    Instant time =
        switch (text) {
          case "today" -> midnight(today, zone);
          case "yesterday" -> midnight(today.minusDays(1), zone);
          default -> ago.isPresent() ? now.minus(ago.get()) : parseDate(text, zone);
        };
    if (!StartConfig.isRecordTime(time)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not between 1970 and 9999, and no record can be of that time");
    }
    return time;
  }

  /**
   * Returns this position if it is not a time in the future.
   *
   * @param text the text from which this position was parsed
   * @throws IllegalArgumentException if the time is not in the past
   */
  public StartAt inThePast(String text, Instant now) {
    if (time != null && !time.isBefore(now)) {
      throw new IllegalArgumentException("'" + text + "' is not in the past");
    }
    return this;
  }

  private static Instant midnight(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }

  private static Instant parseDate(String text, ZoneId zone) {
    try {
      return text.contains("T")
          ? StartConfig.parseTime(text)
          : midnight(LocalDate.parse(text), zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no time; write today, yesterday, 2026-01-31, 2026-01-31T08:00:00Z, or 90s,"
              + " 15m, 2h, 3d ago",
          e);
    }
  }

  /** Time spans in the form of the options: {@code 90s}, {@code 30m}, {@code 12h} or {@code 2d}. */
  public static final class TimeSpan {

    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})([smhd])");

    private TimeSpan() {}

    /** Parses a time span; empty if the text is not a time span. */
    public static Optional<Duration> parse(String text) {
      Matcher span = SPAN.matcher(text);
      if (!span.matches()) {
        return Optional.empty();
      }
      long count = Long.parseLong(span.group(1));
      return Optional.of(
          switch (span.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    }
  }
}
