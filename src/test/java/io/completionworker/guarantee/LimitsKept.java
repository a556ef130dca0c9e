// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

/**
 * All instances together call no faster than the limit: at any time, what came beyond the even pace
 * is no more than a burst, and what a slow machine may hold back and deliver at once. Says nothing,
 * and fails, when the limit held hardly anything back.
 */
final class LimitsKept implements Guarantee {

  private static final double HELD_BACK_SECONDS = 4;

  /** Of a second, with so much of the limit in it that more was held back; and of all seconds. */
  private static final double FULL = 0.8;

  private static final double LEAST_FULL = 0.1;

  private final double perSecond;
  private final double most;
  private double level;
  private double peak;
  private long lastNanos;
  private long second;
  private int inSecond;
  private int seconds;
  private int full;

  LimitsKept(double perSecond, double burstSeconds) {
    this.perSecond = perSecond;
    this.most = perSecond * (burstSeconds + HELD_BACK_SECONDS);
  }

  @Override
  public void called(Call call) {
    double seconds = (double) (call.nanos() - lastNanos) / TimeUnit.SECONDS.toNanos(1);
    level = Math.max(0, level - seconds * perSecond) + 1;
    lastNanos = call.nanos();
    peak = Math.max(peak, level);
    count(TimeUnit.NANOSECONDS.toSeconds(call.nanos()));
  }

  private void count(long now) {
    if (now != second) {
      seconds++;
      full += inSecond >= FULL * perSecond ? 1 : 0;
      second = now;
      inSecond = 0;
    }
    inSecond++;
  }

  @Override
  public void check() {
    assertThat(peak).as("calls ahead of %s a second", perSecond).isLessThanOrEqualTo(most);
    assertThat(full)
        .as("seconds, of %d with calls, in which the limit held calls back", seconds)
        .isGreaterThanOrEqualTo((int) (LEAST_FULL * seconds));
  }

  @Override
  public String toString() {
    return "%.0f calls ahead of the even pace at most; it held calls back in %d of %d seconds"
        .formatted(peak, full, seconds);
  }
}
