// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.dispatch.Lane.LaneClock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lanes that wait for the same limits. None of them may start before the head of the group has
 * started, so that a large call gets its turn. Dispatcher's loop only.
 */
final class LaneGroup {

  final String name;
  final ClassTurns behind;
  final LaneClock clock;
  @Nullable Lane head;
  private int lookAt = FlightQueue.FEW;

  LaneGroup(String name, Classes classes, long nowNanos) {
    this.name = name;
    this.behind = new ClassTurns(classes);
    this.clock = new LaneClock(nowNanos);
  }

  /** Whether a lane is the head. A lane becomes the head if there is none. */
  boolean leads(Lane lane) {
    if (head == null) {
      head = lane;
    }
    return head == lane;
  }

  /**
   * Puts a lane behind the head. Removes empty lanes when their number has doubled.
   *
   * @param isEmpty whether a lane has no flights any more
   */
  void add(Lane lane, long nowNanos, Predicate<Lane> isEmpty) {
    lane.place = Lane.Place.BEHIND;
    lane.clock.follows(clock, nowNanos);
    behind.add(lane);
    if (behind.size() >= lookAt) {
      behind.removeIf(isEmpty);
      lookAt = Math.max(FlightQueue.FEW, 2 * behind.size());
    }
  }
}
