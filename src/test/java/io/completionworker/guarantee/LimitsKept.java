// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

/**
 * All instances together call no faster than the limit: at any time, what came beyond the even pace
 * is no more than a burst, and what a slow machine may hold back and deliver at once.
 */
final class LimitsKept implements Guarantee {

  private static final double HELD_BACK_SECONDS = 4;

  private final double perSecond;
  private final double most;
  private double level;
  private double peak;
  private long lastNanos;

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
  }

  @Override
  public void check() {
    assertThat(peak).as("calls ahead of %s a second", perSecond).isLessThanOrEqualTo(most);
  }

  @Override
  public String toString() {
    return "%.0f calls ahead of the even pace at most".formatted(peak);
  }
}
