// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.async.schedule.LaneQuota.LaneState;
import io.completionworker.async.schedule.Tenants.Tenant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Divides the requests at hand among the tenants that have any, so that many tenants with long
 * backlogs do not fill the instance with decoded requests. Dispatcher's loop only.
 *
 * <p>Each tenant has an equal part, and divides it among its lanes. A tenant that was there before
 * others came has more than its part until its calls have ended. If tenants together have half as
 * much again as they share, each lane gets one place.
 */
final class FairRoom {

  /** The least part of a tenant: enough to go on while its next requests are decoded. */
  private static final int LEAST = 8;

  /** Number of lanes with parked requests that are offered a place when one became free. */
  private static final int OFFERED_AT_ONCE = 4;

  final Tenant nobody = new Tenant("", "", 1);
  private final int together;
  private final Set<LaneState> parked = new LinkedHashSet<>();
  private int tenants;
  private int atHand;

  /**
   * @param together number of requests at hand that all tenants share; 0 if there are no tenants
   */
  FairRoom(int together) {
    this.together = together;
  }

  /** Whether tenants share the room. */
  boolean on() {
    return together > 0;
  }

  /** Returns the tenant of a request. Without tenants, there is one for all. */
  Tenant tenant(Candidate request) {
    Tenant tenant = request.tenant;
    return tenant == null ? nobody : tenant;
  }

  /** Counts the requests that a tenant must be remembered for. */
  void hold(Candidate request, int more) {
    tenant(request).held += more;
  }

  /** Whether a lane of a tenant may have one more request at hand, as far as tenants go. */
  boolean has(Tenant tenant, int atHandInLane) {
    if (!on()) {
      return true;
    }
    boolean crowded = atHand >= together + together / 2;
    int part = crowded ? 1 : Math.max(LEAST, together / Math.max(1, tenants));
    int ofLane = crowded ? 1 : Math.max(1, part / Math.max(1, tenant.lanesAtHand));
    return tenant.atHand < part || atHandInLane < ofLane;
  }

  /** Counts that the number of requests at hand in a lane of a tenant has changed. */
  void changed(Tenant tenant, int before, int after) {
    int tenantsBefore = Math.min(1, tenant.lanesAtHand);
    atHand += after - before;
    tenant.atHand += after - before;
    tenant.lanesAtHand += Math.min(1, after) - Math.min(1, before);
    tenants += Math.min(1, tenant.lanesAtHand) - tenantsBefore;
  }

  /** Remembers a lane that has parked requests. */
  void parked(LaneState lane) {
    if (on()) {
      parked.add(lane);
    }
  }

  /**
   * Offers a place that became free to some lanes with parked requests, in turn.
   *
   * @param takeBack takes back what a lane has a place for
   */
  void offer(Consumer<LaneState> takeBack) {
    for (int i = Math.min(OFFERED_AT_ONCE, parked.size()); i > 0; i--) {
      Iterator<LaneState> first = parked.iterator();
      LaneState lane = first.next();
      first.remove();
      if (lane.hasParked()) {
        parked.add(lane);
        takeBack.accept(lane);
      }
    }
  }
}
