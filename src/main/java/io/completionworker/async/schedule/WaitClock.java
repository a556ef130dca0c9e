// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.async.loop.Loop;
import io.completionworker.async.schedule.Lane.LaneClock;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.Waits;
import io.completionworker.completion.Waits.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Sums up what a request waits for, since it was accepted or since its last attempt ended.
 * Dispatcher's loop only.
 *
 * <p>Uses the monotonic clock, except for the time before this process or task had the request.
 */
public final class WaitClock {

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The waits by kind; null until there is one, since most requests need the array only once. */
  private long @Nullable [] nanos;

  private Waits before = Waits.NONE;
  private @Nullable Kind here = Kind.REGISTRY;
  private @Nullable LaneClock lane;
  private long sinceNanos;
  private long backoffMillis;

  private WaitClock(long nowNanos) {
    sinceNanos = nowNanos;
  }

  /**
   * Creates the sums of a request that is about to be read.
   *
   * @param takenOver whether another process or task accepted the request
   * @param stored progress in the store. Usage rows state the waits before them, and the waits
   *     since the last row are not known.
   */
  public static WaitClock of(SourceRecord source, boolean takenOver, Progress stored, Loop loop) {
    WaitClock stay = new WaitClock(loop.nanos());
    if (stored.rows() == 0 && source.timestamp() > 0) {
      stay.add(Kind.IN_TOPIC, source.acceptedAt() - source.timestamp());
    }
    if (stored.rows() == 0 && takenOver) {
      stay.add(Kind.RESTART, loop.millis() - source.acceptedAt());
    }
    return stay;
  }

  /** Starts a wait of this kind, which ends the wait before it. */
  public void at(Kind kind, long nowNanos) {
    leave(nowNanos);
    here = kind;
  }

  /** Starts a wait in a lane, for whatever the lane waits for. */
  void in(LaneClock clock, long nowNanos) {
    leave(nowNanos);
    clock.enter(sums(), nowNanos);
    lane = clock;
  }

  /**
   * Ends the current wait because an attempt starts. Returns the waits since the attempt before.
   */
  public Waits called(long nowNanos) {
    leave(nowNanos);
    Waits waits = Waits.ofNanos(sums());
    nanos = null;
    before = before.plus(waits);
    return waits;
  }

  /**
   * Returns the waits since the request was accepted, or since the end of its last attempt with a
   * usage row. So the waits in the usage rows of a request add up to all its waits.
   */
  public Waits unaccounted() {
    return before;
  }

  /**
   * Starts the wait after an attempt.
   *
   * @param accounted whether the attempt has a usage row, which states the waits before it
   */
  public void again(boolean accounted, long nowNanos) {
    if (accounted) {
      before = Waits.NONE;
    }
    at(Kind.BACKOFF, nowNanos);
  }

  /** Ends the last wait of a request that is not called again. Returns its {@link #unaccounted}. */
  public Waits ended(long nowNanos) {
    called(nowNanos);
    return before;
  }

  /** Sets how long the request would have to wait for its next attempt, in milliseconds. */
  public void backOff(long millis) {
    backoffMillis = millis;
  }

  /** Returns how long the request would have to wait for its next attempt, in milliseconds. */
  public long backoffMillis() {
    return backoffMillis;
  }

  /** Returns what the request waits for now; null during an attempt and after its end. */
  public @Nullable Kind kind() {
    LaneClock shared = lane;
    return shared == null ? here : shared.kind();
  }

  /** Returns the monotonic time at which the current wait or attempt began. */
  public long sinceNanos() {
    return sinceNanos;
  }

  private void leave(long nowNanos) {
    LaneClock left = lane;
    Kind kind = here;
    if (left != null) {
      left.leave(sums(), nowNanos);
    } else if (kind != null) {
      sums()[kind.index()] += nowNanos - sinceNanos;
    }
    lane = null;
    here = null;
    sinceNanos = nowNanos;
  }

  private void add(Kind kind, long millis) {
    sums()[kind.index()] += Math.max(0, millis) * NANOS_PER_MILLI;
  }

  private long[] sums() {
    long[] sums = nanos;
    if (sums == null) {
      sums = new long[Kind.COUNT];
      nanos = sums;
    }
    return sums;
  }
}
