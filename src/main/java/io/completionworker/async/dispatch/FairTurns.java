// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.dispatch.Tenants.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lanes of one class in the order of their turns: the tenant first that is furthest behind, and of
 * its lanes the one whose turn is longest ago. Each step takes O(log n). Dispatcher's loop only.
 *
 * <p>A tenant may be in several of these sets, and its clock advances with each of its calls. So a
 * set keeps the clock that it last saw, and puts a tenant back behind the others when the tenant
 * comes to the front and its clock has advanced. Clocks never go back, so no tenant is missed.
 */
final class FairTurns {

  private final Tenants tenants;
  private final TreeSet<Share> byClock = new TreeSet<>(Share.ORDER);
  private final Map<Tenant, Share> shares = new HashMap<>();
  private int size;
  private long made;

  FairTurns(Tenants tenants) {
    this.tenants = tenants;
  }

  /** The lanes of one tenant in this set. */
  private static final class Share {

    static final Comparator<Share> ORDER =
        Comparator.<Share>comparingDouble(share -> share.clock)
            .thenComparingLong(share -> share.number);

    final Tenant tenant;
    final long number;
    final TreeSet<Lane> lanes = new TreeSet<>(Lane.BY_TURN);
    double clock;

    Share(Tenant tenant, long number) {
      this.tenant = tenant;
      this.number = number;
      this.clock = tenant.clock;
    }
  }

  void add(Lane lane) {
    Share share = shares.get(lane.tenant);
    if (share == null) {
      tenants.resumed(lane.tenant);
      share = new Share(lane.tenant, ++made);
      shares.put(lane.tenant, share);
      byClock.add(share);
    }
    size += share.lanes.add(lane) ? 1 : 0;
  }

  void remove(Lane lane) {
    Share share = shares.get(lane.tenant);
    if (share != null && share.lanes.remove(lane)) {
      size--;
      removeIfEmpty(share);
    }
  }

  /** Takes the lane whose turn it is; null if there is none. */
  @Nullable Lane pollFirst() {
    Share share = first();
    if (share == null) {
      return null;
    }
    Lane lane = share.lanes.pollFirst();
    size--;
    removeIfEmpty(share);
    return lane;
  }

  void removeIf(Predicate<Lane> unwanted) {
    List<Share> all = new ArrayList<>(shares.values());
    for (Share share : all) {
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
    Share next = first();
    return next != null && tenant.clock < next.clock;
  }

  private void removeIfEmpty(Share share) {
    if (share.lanes.isEmpty()) {
      shares.remove(share.tenant);
      byClock.remove(share);
    }
  }

  private @Nullable Share first() {
    while (!byClock.isEmpty()) {
      Share first = byClock.first();
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
