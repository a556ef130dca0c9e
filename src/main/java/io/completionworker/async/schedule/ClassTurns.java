// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.async.schedule.Tenants.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lanes in the order of their turns: those of the class first that is next ({@link Classes}), and
 * of its lanes that of the tenant that is furthest behind. Dispatcher's loop only.
 */
final class ClassTurns<F extends Candidate> {

  private final Classes classes;

  /** The lanes of each class, by its rank. */
  private final List<FairTurns<F>> turns;

  ClassTurns(Classes classes) {
    this.classes = classes;
    this.turns = classes.all().stream().map(one -> new FairTurns<F>(one.tenants())).toList();
  }

  void add(Lane<F> lane) {
    of(lane.ofClass).add(lane);
  }

  void remove(Lane<F> lane) {
    of(lane.ofClass).remove(lane);
  }

  /** Takes the lane whose turn it is; null if there is none. */
  @Nullable Lane<F> pollFirst() {
    ClassOfRequests next = classes.next(this::has);
    return next == null ? null : of(next).pollFirst();
  }

  void removeIf(Predicate<Lane<F>> unwanted) {
    turns.forEach(lanes -> lanes.removeIf(unwanted));
  }

  int size() {
    int size = 0;
    for (FairTurns<F> lanes : turns) {
      size += lanes.size();
    }
    return size;
  }

  /** Whether there are lanes here, and the turn of each comes after that of this one. */
  boolean areBehind(Lane<F> lane) {
    ClassOfRequests own = lane.ofClass;
    if (size() == 0 || classes.next(one -> one == own || has(one)) != own) {
      return false;
    }
    return !has(own) || of(own).areAheadOf(lane.tenant);
  }

  private boolean has(ClassOfRequests one) {
    return of(one).size() > 0;
  }

  private FairTurns<F> of(ClassOfRequests one) {
    return turns.get(one.rank());
  }

  /**
   * Lanes of one class in the order of their turns: the tenant first that is furthest behind, and
   * of its lanes the one whose turn is longest ago. Each step takes O(log n).
   *
   * <p>A tenant may be in several of these sets, and its clock advances with each of its calls. So
   * a set keeps the clock that it last saw, and puts a tenant back behind the others when the
   * tenant comes to the front and its clock has advanced. Clocks never go back, so no tenant is
   * missed.
   */
  private static final class FairTurns<F extends Candidate> {

    private final Tenants tenants;
    private final TreeSet<Share<F>> byClock = new TreeSet<>(Share.ORDER);
    private final Map<Tenant, Share<F>> shares = new HashMap<>();
    private int size;
    private long made;

    FairTurns(Tenants tenants) {
      this.tenants = tenants;
    }

    /** The lanes of one tenant in this set. */
    private static final class Share<F extends Candidate> {

      static final Comparator<Share<?>> ORDER =
          Comparator.<Share<?>>comparingDouble(share -> share.clock)
              .thenComparingLong(share -> share.number);

      final Tenant tenant;
      final long number;
      final TreeSet<Lane<F>> lanes = new TreeSet<>(Lane.BY_TURN);
      double clock;

      Share(Tenant tenant, long number) {
        this.tenant = tenant;
        this.number = number;
        this.clock = tenant.clock;
      }
    }

    void add(Lane<F> lane) {
      Share<F> share = shares.get(lane.tenant);
      if (share == null) {
        tenants.resumed(lane.tenant);
        share = new Share<>(lane.tenant, ++made);
        shares.put(lane.tenant, share);
        byClock.add(share);
      }
      size += share.lanes.add(lane) ? 1 : 0;
    }

    void remove(Lane<F> lane) {
      Share<F> share = shares.get(lane.tenant);
      if (share != null && share.lanes.remove(lane)) {
        size--;
        removeIfEmpty(share);
      }
    }

    /** Takes the lane whose turn it is; null if there is none. */
    @Nullable Lane<F> pollFirst() {
      Share<F> share = first();
      if (share == null) {
        return null;
      }
      Lane<F> lane = share.lanes.pollFirst();
      size--;
      removeIfEmpty(share);
      return lane;
    }

    void removeIf(Predicate<Lane<F>> unwanted) {
      List<Share<F>> all = new ArrayList<>(shares.values());
      for (Share<F> share : all) {
        int before = share.lanes.size();
        share.lanes.removeIf(unwanted);
        size -= before - share.lanes.size();
        removeIfEmpty(share);
      }
    }

    int size() {
      return size;
    }

    /** Whether there are lanes here, all of tenants that have had more than this one. */
    boolean areAheadOf(Tenant tenant) {
      Share<F> next = first();
      return next != null && tenant.clock < next.clock;
    }

    private void removeIfEmpty(Share<F> share) {
      if (share.lanes.isEmpty()) {
        shares.remove(share.tenant);
        byClock.remove(share);
      }
    }

    private @Nullable Share<F> first() {
      while (!byClock.isEmpty()) {
        Share<F> first = byClock.first();
        if (first.clock >= first.tenant.clock) {
          return first;
        }
        byClock.remove(first);
        first.clock = first.tenant.clock;
        byClock.add(first);
      }
      return null;
    }
  }
}
