package io.completionworker.cli.records;

import io.completionworker.config.RecordTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
    return switch (text) {
      case "earliest" -> EARLIEST;
      case "latest" -> LATEST;
      default -> time(parseTime(text, now));
    };
  }

  /**
   * Reads a date (midnight UTC), a date and time with its offset, or how long ago.
   *
   * @throws IllegalArgumentException with the forms that are allowed
   */
  public static Instant parseTime(String text, Instant now) {
    Optional<Duration> ago = TimeSpan.parse(text);
    Instant time = ago.isPresent() ? now.minus(ago.get()) : parseDate(text);
    if (!RecordTime.isPossible(time)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not between 1970 and 9999, and no record can be of that time");
    }
    return time;
  }

  private static Instant parseDate(String text) {
    try {
      return RecordTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no time; write 2026-01-31, 2026-01-31T08:00:00Z, or 90s, 15m, 2h, 3d ago",
          e);
    }
  }
}
