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
 * Where reading begins: at the oldest record, behind the newest, or at a time.
 *
 * @param time null for the two ends
 */
public record StartAt(Kind kind, @Nullable Instant time) {

  /** What is said by it. */
  public enum Kind {
    EARLIEST,
    LATEST,
    TIME
  }

  public static final StartAt EARLIEST = new StartAt(Kind.EARLIEST, null);
  public static final StartAt LATEST = new StartAt(Kind.LATEST, null);

  /** At the first record of this time or later. */
  public static StartAt time(Instant time) {
    return new StartAt(Kind.TIME, time);
  }

  /**
   * Reads {@code earliest}, {@code latest} or a time.
   *
   * @throws IllegalArgumentException with the forms that are allowed
   */
  public static StartAt parse(String text, Instant now) {
    return parse(text, now, ZoneOffset.UTC);
  }

  /**
   * Reads {@code earliest}, {@code latest} or a time, with the days of a zone.
   *
   * @throws IllegalArgumentException with the forms that are allowed
   */
  public static StartAt parse(String text, Instant now, ZoneId zone) {
    return switch (text) {
      case "earliest" -> EARLIEST;
      case "latest" -> LATEST;
      default -> time(parseTime(text, now, zone));
    };
  }

  /**
   * Reads a time, with days as UTC has them.
   *
   * @throws IllegalArgumentException with the forms that are allowed
   */
  public static Instant parseTime(String text, Instant now) {
    return parseTime(text, now, ZoneOffset.UTC);
  }

  /**
   * Reads {@code today} or {@code yesterday} or a date, each for its midnight in a zone, a date and
   * time with its offset, or how long ago.
   *
   * @throws IllegalArgumentException with the forms that are allowed
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
   * Itself, unless it is a time that has not come yet.
   *
   * @param text what it was read from
   * @throws IllegalArgumentException when it is
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

  /** Spans of time as options have them: {@code 90s}, {@code 30m}, {@code 12h} or {@code 2d}. */
  public static final class TimeSpan {

    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})([smhd])");

    private TimeSpan() {}

    /** Reads one; empty when it is none. */
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
