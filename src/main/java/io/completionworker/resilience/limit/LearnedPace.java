// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.RateSignals;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pace made of what the endpoint says of one of its limits. One thread.
 *
 * <p>What it said to be left, times the share, less what was started after the call whose answer
 * said it, is spread evenly over the time until the limit is whole again. When that time is over
 * and nothing newer was heard, calls go at the limit's even pace. With fixed windows this spends
 * what is left until the edge. With a bucket, whose time is until it is full, it comes to rest
 * where the bucket is half full and calls go as fast as it fills.
 */
final class LearnedPace {

  /** No header can hold calls up for longer, whatever it says. */
  static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  /** How much a single call can tell of those to come. */
  private static final double NEWS = 0.1;

  private static final double LEAST_USED = 0.05;
  private static final double MOST_USED = 4;

  private long started;
  private double usedPart = 1;
  private long lastStartNanos;
  private boolean heard;
  private long remaining;
  private long startedBefore;
  private long untilNanos;
  private double longestReset;
  private double limit;
  private double evenNanos;

  /** What was started up to now; tells what a signal knows of. */
  long mark() {
    return started;
  }

  void start(long cost, long nowNanos) {
    started += cost;
    lastStartNanos = nowNanos;
  }

  /**
   * Nanoseconds to wait as far as the endpoint has said.
   *
   * @param cost of the call, in what is limited
   * @param share above 0
   */
  long wait(long cost, double share, long nowNanos) {
    if (!heard || cost <= 0) {
      return 0;
    }
    long left = untilNanos - nowNanos;
    double perUnit = evenNanos / share;
    if (left > 0) {
      double mine = remaining * share - (started - startedBefore);
      if (mine < Math.min((double) cost, Math.max(1, limit * share))) {
        return left;
      }
      perUnit = left / mine;
    }
    long since = nowNanos - lastStartNanos;
    long wait = (long) (cost * usedPart * perUnit) - since;
    return Math.max(0, Math.min(wait, left > 0 ? left : LONGEST_NANOS - since));
  }

  /** What is known of the limit: nothing of it is known with a size of 0. */
  Use use(long nowNanos) {
    if (!heard || limit <= 0) {
      return new Use(0, null);
    }
    boolean whole = untilNanos - nowNanos <= 0; // nobody has said since what others use
    double used = limit - remaining + (started - startedBefore);
    return new Use(limit, whole ? null : Double.valueOf(Math.min(limit, Math.max(0, used))));
  }

  /**
   * A limit that the endpoint has named.
   *
   * @param used by all users of the account; null while that is not known
   */
  record Use(double size, @Nullable Double used) {}

  /**
   * A call was settled: calls use another part of what they reserve, and the pace is that of what
   * is used in the end. Else a limit of tokens would be spread over far too much.
   */
  void settle(long reserved, long used) {
    if (reserved > 0) {
      double part = Math.min(MOST_USED, Math.max(LEAST_USED, used / (double) reserved));
      usedPart += NEWS * (part - usedPart);
    }
  }

  /**
   * Hears what the endpoint said.
   *
   * @param mark of the call that was answered, after it was started
   */
  void hear(RateSignals.@Nullable Window said, long mark, long nowNanos) {
    if (said == null || said.remaining() == null || (heard && mark < startedBefore)) {
      return; // nothing, or of a call before the one that has told the most
    }
    long reset = nanos(said.reset());
    heard = true;
    remaining = said.remaining();
    startedBefore = mark;
    untilNanos = nowNanos + reset;
    limit =
        said.limit() != null && said.limit() > 0
            ? (double) said.limit()
            : Math.max(limit, (double) said.remaining());
    longestReset = Math.max(longestReset, (double) reset);
    evenNanos = limit == 0 ? 0 : window(reset) / limit;
  }

  /**
   * The time in which a whole limit may be used. Of a fixed window, no reset is longer; a bucket
   * fills what is missing in the time of the reset, and the whole as much more slowly.
   */
  private double window(long reset) {
    double missing = limit - remaining;
    double bucket = missing > 0 ? reset * (limit / missing) : 0;
    return Math.min((double) LONGEST_NANOS, Math.max(longestReset, bucket));
  }

  private static long nanos(@Nullable Duration reset) {
    return reset == null || reset.toSeconds() >= LONGEST_NANOS / 1_000_000_000
        ? LONGEST_NANOS
        : reset.toNanos();
  }
}
