// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.Waits.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Adds up how long a lane has waited for what since it began, so that each of its flights finds by
 * one subtraction what it waited for there: no lane is walked through. Dispatcher's loop only.
 *
 * <p>A lane that may be asked again and is not waits for a slot: one that was free would have asked
 * it.
 */
final class LaneClock {

  private static final int FIRST = Kind.LIMIT.index();
  private static final int KINDS = Kind.BREAKER.index() - FIRST + 1;

  private final long[] nanos = new long[KINDS];
  private @Nullable LaneClock leader;
  private long[] leaderNanos = nanos;
  private Kind kind = Kind.SLOT;
  private long sinceNanos;
  private long untilNanos;

  LaneClock(long nowNanos) {
    sinceNanos = nowNanos;
    untilNanos = nowNanos;
  }

  /** The lane waits for this from now on, and may be asked again then. */
  void waits(WaitingFor reason, long againAtNanos, long nowNanos) {
    advance(nowNanos);
    leader = null;
    kind = Kind.of(reason);
    untilNanos = againAtNanos;
  }

  /** The lane waits for whatever another one waits for, from now on. */
  void follows(LaneClock other, long nowNanos) {
    advance(nowNanos);
    other.advance(nowNanos);
    leader = other;
    leaderNanos = Arrays.copyOf(other.nanos, KINDS);
  }

  /** The lane may be asked. */
  void opens(long nowNanos) {
    advance(nowNanos);
    leader = null;
    kind = Kind.SLOT;
  }

  /** A flight comes: what was before it does not count for it. */
  void enter(long[] sums, long nowNanos) {
    advance(nowNanos);
    for (int i = 0; i < KINDS; i++) {
      sums[FIRST + i] -= nanos[i];
    }
  }

  /** A flight that had come goes: what is in the sums now is what it waited for. */
  void leave(long[] sums, long nowNanos) {
    advance(nowNanos);
    for (int i = 0; i < KINDS; i++) {
      sums[FIRST + i] += nanos[i];
    }
  }

  private void advance(long nowNanos) {
    LaneClock other = leader;
    if (other == null) {
      advanceAlone(nowNanos);
    } else {
      other.advance(nowNanos);
      for (int i = 0; i < KINDS; i++) {
        nanos[i] += other.nanos[i] - leaderNanos[i];
        leaderNanos[i] = other.nanos[i];
      }
    }
    sinceNanos = nowNanos;
  }

  private void advanceAlone(long nowNanos) {
    long closed = Math.max(0, Math.min(nowNanos - sinceNanos, untilNanos - sinceNanos));
    nanos[kind.index() - FIRST] += closed;
    nanos[Kind.SLOT.index() - FIRST] += nowNanos - sinceNanos - closed;
  }
}
