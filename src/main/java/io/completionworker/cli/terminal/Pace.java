// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How much of a task is done, how fast it goes, and how long it will take.
 *
 * @param started when, in nanoseconds of a clock without a meaning of its own
 * @param first what was done when the task began; negative until it is said
 * @param now the same clock
 */
record Pace(long started, long now, long first, long done, OptionalLong total) {

  static Pace start(long now, OptionalLong total) {
    return new Pace(now, now, -1, 0, total);
  }

  Pace at(long count, long time) {
    return first < 0
        ? new Pace(time, time, count, count, total)
        : new Pace(started, time, first, count, total);
  }

  Pace of(long all) {
    return new Pace(started, now, first, done, OptionalLong.of(all));
  }

  Duration elapsed() {
    return Duration.ofNanos(now - started);
  }

  /** Done for each second since the beginning. */
  double rate() {
    double seconds = elapsed().toNanos() / 1e9;
    return first < 0 || seconds <= 0 ? 0 : (done - first) / seconds;
  }

  /** Percent of the total, from 0 to 100; empty without a total. */
  OptionalLong percent() {
    if (total.isEmpty()) {
      return OptionalLong.empty();
    }
    long all = total.getAsLong();
    return OptionalLong.of(all <= 0 ? 100 : Math.min(100, done * 100 / all));
  }

  /** Seconds that the rest takes at this rate; empty when that cannot be said. */
  OptionalLong secondsLeft() {
    double rate = rate();
    if (total.isEmpty() || rate <= 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of((long) Math.ceil(Math.max(0, total.getAsLong() - done) / rate));
  }

  /** The rate as it is shown. */
  String shownRate() {
    double rate = rate();
    return rate > 0 && rate < 10
        ? String.format(Locale.ROOT, "%.1f/s", rate)
        : Math.round(rate) + "/s";
  }

  /** Hours, minutes and seconds. */
  static String clock(long seconds) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
