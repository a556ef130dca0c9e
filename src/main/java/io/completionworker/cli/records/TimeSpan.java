// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as options have them: {@code 90s}, {@code 30m}, {@code 12h} or {@code 2d}. */
public final class TimeSpan {

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
