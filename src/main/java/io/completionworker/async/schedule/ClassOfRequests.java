// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.async.schedule.Tenants.Tenant;
import io.completionworker.config.ClassesConfig.RequestClass;

/**
 * One class of requests in the dispatcher: its place among the classes, and what its requests have
 * apart from those of other classes. A worker without classes has one.
 *
 * <p>Dispatcher's loop only, except what is fixed, the lease, and what {@link LaneQuota} allows.
 */
public final class ClassOfRequests {

  private static final double PERCENT = 100;

  private final RequestClass requests;
  private final LaneQuota quota;
  private final Lease lease;
  private final Tenants tenants;
  private final double leastShare;

  /** Tokens of its calls by its least share, see {@link Classes}. */
  double clock;

  /** What it was owed when the last of its lanes left the turns. */
  double owed;

  /** Number of its lanes that have requests, and of those among them that take turns. */
  int lanes;

  int inTurn;

  /**
   * @param quota what the lanes of the class may have at hand
   * @param lease of the tasks of the class, whose stream threads are its own
   * @param tenants those who have requests of the class
   */
  public ClassOfRequests(RequestClass requests, LaneQuota quota, Lease lease, Tenants tenants) {
    this.requests = requests;
    this.quota = quota;
    this.lease = lease;
    this.tenants = tenants;
    this.leastShare = requests.leastShare() / PERCENT;
  }

  /** Returns the name; empty if there is only one class. */
  public String name() {
    return requests.name();
  }

  /** Returns the class as it is configured. */
  public RequestClass requests() {
    return requests;
  }

  /** Returns the place among the classes: 0 for the most urgent. */
  public int rank() {
    return requests.rank();
  }

  public LaneQuota quota() {
    return quota;
  }

  public Lease lease() {
    return lease;
  }

  public Tenants tenants() {
    return tenants;
  }

  /** Returns the part of the tokens that it gets at least, from 0 to 1. */
  double leastShare() {
    return leastShare;
  }

  /** Returns the lane of a tenant. Classes share no lane, so that each has turns of its own. */
  String lane(Tenant tenant, String lane) {
    String ofTenant = tenants.lane(tenant, lane);
    return name().isEmpty() ? ofTenant : name() + '\0' + ofTenant;
  }
}
