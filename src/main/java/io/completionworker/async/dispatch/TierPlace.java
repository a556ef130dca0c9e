// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.ChosenTier;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The service tier that a flight is in, and when it has to leave it. Dispatcher's loop only. */
final class TierPlace {

  /** The one that has to leave first comes first. */
  static final Comparator<TierPlace> BY_END =
      (one, other) -> {
        int byEnd = Long.compare(one.endNanos - other.endNanos, 0);
        return byEnd != 0 ? byEnd : Long.compare(one.sequence, other.sequence);
      };

  final Flight flight;
  final boolean timed;
  private final long sequence;

  ChosenTier tier;

  /** The flights of the same model and credential; null in the last tier. */
  @Nullable TierQueue queue;

  /** The deadline, or the end of the patience. Changed only outside of a queue. */
  long endNanos;

  /** Whether the open call is being given up. */
  boolean cut;

  /** Whether the next attempt starts without a backoff. */
  boolean hurries;

  /**
   * @param timed whether the flight has a deadline
   * @param endNanos the deadline; without one, the end of the patience
   */
  TierPlace(Flight flight, ChosenTier tier, boolean timed, long endNanos, long sequence) {
    this.flight = flight;
    this.tier = tier;
    this.timed = timed;
    this.endNanos = endNanos;
    this.sequence = sequence;
  }

  /** Whether the flight is not called any more. Leaves its queue then. */
  boolean isOver() {
    boolean over = flight.settled();
    if (over && queue != null) {
      queue.remove(this);
    }
    return over;
  }
}
