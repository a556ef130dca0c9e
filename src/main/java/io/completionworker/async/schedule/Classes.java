// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.completion.CompletionCall;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The classes of requests, and which of them is next: the most urgent one that has a lane whose
 * turn it can be, unless a class has had less than its least share. Dispatcher's loop only, except
 * {@link #all} and {@link #several}.
 *
 * <p>The estimated tokens of all calls advance one common clock. Those of a class advance its own
 * clock, too, divided by its least share. So a class whose clock is behind the common one has had
 * less than its least share, and goes first until it has caught up. The clock of a class stands
 * still while none of its lanes takes turns, because it has no requests or all its lanes wait for
 * something of their own: such a class saves up nothing, and keeps what it was owed before as long
 * as it has requests. A class is ahead by one call at most, so it repays no more than that, and it
 * is owed no more than the largest call of each class. Lanes that wait behind another one of the
 * same limit take turns there, so their class is owed its least share of that limit.
 */
public final class Classes {

  /** Makes one large call of long ago count for little: half of it after 700 calls. */
  private static final double FORGETS = 0.999;

  private final List<ClassOfRequests> all;
  private double clock;
  private double largest = 1;

  /**
   * @param all at least one class, in the order of their ranks
   */
  public Classes(List<ClassOfRequests> all) {
    this.all = List.copyOf(all);
  }

  /** Returns all classes, the most urgent first. */
  public List<ClassOfRequests> all() {
    return all;
  }

  /** Whether there is more than one class. */
  public boolean several() {
    return all.size() > 1;
  }

  /** Returns the class that is next of those that are there; null if none is. */
  @Nullable ClassOfRequests next(Predicate<ClassOfRequests> isThere) {
    ClassOfRequests first = null;
    ClassOfRequests owed = null;
    for (ClassOfRequests one : all) {
      if (isThere.test(one)) {
        first = first == null ? one : first;
        boolean behind = one.leastShare() > 0 && one.clock < clock;
        owed = behind && (owed == null || one.clock < owed.clock) ? one : owed;
      }
    }
    return owed == null ? first : owed;
  }

  /** Whether a lane is of another class than the other one, and that class is next of the two. */
  boolean isBefore(Lane<?> lane, Lane<?> other) {
    return lane.ofClass != other.ofClass
        && next(one -> one == lane.ofClass || one == other.ofClass) == lane.ofClass;
  }

  /** Records that a call of a lane starts. */
  void started(Lane<?> lane, Candidate request) {
    lane.ofClass.tenants().started(lane.tenant, request);
    if (!several()) {
      return;
    }
    ClassOfRequests one = lane.ofClass;
    CompletionCall call = request.call();
    double tokens = call == null ? 1 : Math.max(1, call.tokens().total());
    largest = Math.max(largest * FORGETS, tokens);
    if (one.leastShare() > 0) {
      double least = clock - largest * all.size();
      one.clock = Math.max(least, Math.min(clock, one.clock)) + tokens / one.leastShare();
    }
    clock += tokens;
  }

  /** Records that there is a new lane, which takes turns. */
  void added(Lane<?> lane) {
    lane.tenant.lanes++;
    lane.ofClass.lanes++;
    opened(lane);
  }

  /** Records that a lane that took turns is gone, since it has no requests. */
  void removed(Lane<?> lane) {
    closed(lane);
    lane.tenant.lanes--;
    lane.ofClass.lanes--;
    if (lane.ofClass.lanes == 0) {
      lane.ofClass.owed = 0;
    }
  }

  /** Records that a lane takes turns again. */
  void opened(Lane<?> lane) {
    ClassOfRequests one = lane.ofClass;
    if (one.inTurn == 0) {
      one.clock = Math.max(one.clock, clock - one.owed);
    }
    one.inTurn++;
  }

  /** Records that a lane takes no turns, since it waits. */
  void closed(Lane<?> lane) {
    ClassOfRequests one = lane.ofClass;
    one.inTurn--;
    if (one.inTurn == 0) {
      one.owed = Math.max(0, clock - one.clock);
    }
  }
}
