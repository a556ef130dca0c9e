// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that wait for something and are not checked before a time, each with the time that it
 * had when it was added. Dispatcher's loop only.
 */
final class ClosedLanes<F extends Candidate> {

  /** By the time of their next check. */
  private final TreeSet<Lane<F>> byTime = new TreeSet<>(Lane::byTime);

  /** The same lanes, beginning with the one that has been closed longest. */
  private final Set<Lane<F>> inTurn = new LinkedHashSet<>();

  void add(Lane<F> lane) {
    byTime.add(lane);
    inTurn.add(lane);
  }

  /** Must be called before the time of the lane changes. */
  void remove(Lane<F> lane) {
    byTime.remove(lane);
    inTurn.remove(lane);
  }

  int size() {
    return byTime.size();
  }

  /** Returns a lane whose time has come; null if there is none. */
  @Nullable Lane<F> due(long nowNanos) {
    return byTime.isEmpty() || byTime.first().closedUntilNanos - nowNanos > 0
        ? null
        : byTime.first();
  }

  /** Returns the lane that has been closed longest. There must be one. */
  Lane<F> longest() {
    return inTurn.iterator().next();
  }

  /** Returns the nanoseconds until a lane is due; {@link Long#MAX_VALUE} if there is none. */
  long nextNanos(long nowNanos) {
    return byTime.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, byTime.first().closedUntilNanos - nowNanos);
  }
}
