// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lanes in the order of their turns: those of the class first that is next ({@link Classes}), and
 * of its lanes as {@link FairTurns} says. Dispatcher's loop only.
 */
final class ClassTurns {

  private final Classes classes;

  /** The lanes of each class, by its rank. */
  private final List<FairTurns> turns;

  ClassTurns(Classes classes) {
    this.classes = classes;
    this.turns = classes.all().stream().map(one -> new FairTurns(one.tenants())).toList();
  }

  void add(Lane lane) {
    of(lane.ofClass).add(lane);
  }

  void remove(Lane lane) {
    of(lane.ofClass).remove(lane);
  }

  /** Takes the lane whose turn it is; null if there is none. */
  @Nullable Lane pollFirst() {
    ClassOfRequests next = classes.next(this::has);
    return next == null ? null : of(next).pollFirst();
  }

  void removeIf(Predicate<Lane> unwanted) {
    turns.forEach(lanes -> lanes.removeIf(unwanted));
  }

  int size() {
    int size = 0;
    for (FairTurns lanes : turns) {
      size += lanes.size();
    }
    return size;
  }

  /** Whether there are lanes here, and the turn of each comes after that of this one. */
  boolean areBehind(Lane lane) {
    ClassOfRequests own = lane.ofClass;
    if (size() == 0 || classes.next(one -> one == own || has(one)) != own) {
      return false;
    }
    return !has(own) || of(own).areAheadOf(lane.tenant);
  }

  private boolean has(ClassOfRequests one) {
    return of(one).size() > 0;
  }

  private FairTurns of(ClassOfRequests one) {
    return turns.get(one.rank());
  }
}
