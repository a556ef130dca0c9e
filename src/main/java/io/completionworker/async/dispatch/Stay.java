// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.dispatch.Lane.LaneClock;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.Waits;
import io.completionworker.completion.Waits.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what a request waits for, since it was accepted or since its last attempt ended.
 * Dispatcher's loop only.
 *
 * <p>By the monotonic clock, but for what was before this process or task had the request.
 */
final class Stay {

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** None as long as there is nothing to add: most requests need one in their life. */
  private long @Nullable [] nanos;

  private Waits before = Waits.NONE;
  private @Nullable Kind here = Kind.REGISTRY;
  private @Nullable LaneClock lane;
  private long sinceNanos;
  private long backoffMillis;

  private Stay(long nowNanos) {
    sinceNanos = nowNanos;
  }

  /**
   * Begins with a request that is to be read.
   *
   * @param takenOver whether it was accepted by another process or task
   * @param stored its usage rows, if it has any, say what it waited for up to them, and nobody
   *     knows what it did since
   */
  static Stay of(SourceRecord source, boolean takenOver, Progress stored, Loop loop) {
    Stay stay = new Stay(loop.nanos());
    if (stored.rows() == 0 && source.timestamp() > 0) {
      stay.add(Kind.IN_TOPIC, source.acceptedAt() - source.timestamp());
    }
    if (stored.rows() == 0 && takenOver) {
      stay.add(Kind.RESTART, loop.millis() - source.acceptedAt());
    }
    return stay;
  }

  /** Waits for this from now on. */
  void at(Kind kind, long nowNanos) {
    leave(nowNanos);
    here = kind;
    sinceNanos = nowNanos;
  }

  /** Waits for what its lane waits for from now on. */
  void in(LaneClock clock, long nowNanos) {
    leave(nowNanos);
    clock.enter(sums(), nowNanos);
    lane = clock;
  }

  /** An attempt begins: what its request waited for just before it. */
  Waits called(long nowNanos) {
    leave(nowNanos);
    Waits waits = Waits.ofNanos(sums());
    nanos = null;
    before = before.plus(waits);
    return waits;
  }

  /**
   * What its request waited for since it was accepted, or since the attempt ended that was the last
   * to have a usage row; so the rows of a request add up to all of it.
   */
  Waits unaccounted() {
    return before;
  }

  /**
   * An attempt has ended.
   *
   * @param accounted whether it has a usage row, which says what was before it
   */
  void again(boolean accounted, long nowNanos) {
    if (accounted) {
      before = Waits.NONE;
    }
    at(Kind.BACKOFF, nowNanos);
  }

  /** It waits no more, and never was called: what it waited for, as {@link #unaccounted} says. */
  Waits ended(long nowNanos) {
    called(nowNanos);
    return before;
  }

  /** It would have to wait so long for its next attempt. */
  void backOff(long millis) {
    backoffMillis = millis;
  }

  long backoffMillis() {
    return backoffMillis;
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
