// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.loop.Loop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When a flight began, and its deadline. Both are kept as monotonic time: the wall clock may be
 * changed, even between the acceptance of a request and its decoding. Dispatcher's loop only.
 */
public final class FlightTime {

  private static final long FOR_EVER_MILLIS = TimeUnit.DAYS.toMillis(36_500); // a century

  private final long acceptedAt;
  private final long begunNanos;
  private final long begunMillis;
  private boolean hasDeadline;
  private long deadlineNanos;

  /**
   * Creates the time of a flight that begins now.
   *
   * @param acceptedAt when the worker accepted its request, Unix time in milliseconds
   */
  public FlightTime(long acceptedAt, Loop loop) {
    this.acceptedAt = acceptedAt;
    this.begunNanos = loop.nanos();
    this.begunMillis = loop.millis();
  }

  /** Returns the age. Only the part before this process had the request uses the wall clock. */
  public Duration age(long nowNanos) {
    long before = Math.max(0, begunMillis - acceptedAt);
    return Duration.ofMillis(before).plusNanos(nowNanos - begunNanos);
  }

  /**
   * Sets the deadline.
   *
   * @param unixMillis Unix time in milliseconds; {@link Long#MAX_VALUE} for no deadline
   */
  public void endBy(long unixMillis) {
    long left = unixMillis <= begunMillis ? 0 : unixMillis - begunMillis;
    hasDeadline = left < FOR_EVER_MILLIS;
    deadlineNanos = hasDeadline ? begunNanos + TimeUnit.MILLISECONDS.toNanos(left) : 0;
  }

  /** Returns the monotonic time at which the flight began. */
  public long begunNanos() {
    return begunNanos;
  }

  public boolean hasDeadline() {
    return hasDeadline;
  }

  /** Returns the nanoseconds to the deadline; {@link Long#MAX_VALUE} if there is none. */
  public long leftNanos(long nowNanos) {
    return hasDeadline ? deadlineNanos - nowNanos : Long.MAX_VALUE;
  }

  /** Returns the monotonic time of the deadline, if there is one. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Whether the deadline has passed at this time, so that no attempt may start. */
  public boolean late(long nowNanos) {
    return hasDeadline && nowNanos - deadlineNanos >= 0;
  }
}
