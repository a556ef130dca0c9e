// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.async.schedule.LaneQuota.LaneState;
import io.completionworker.async.schedule.Tenants.Tenant;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import org.jspecify.annotations.Nullable;

/**
 * A request that may be called when its turn comes. What is kept here belongs to the scheduler: its
 * lane, its place there, and what it has waited for. Dispatcher's loop only.
 */
public abstract class Candidate {

  /** What the request has waited for. */
  public final WaitClock stay;

  /** The lane; null until it is known, and again when the call goes to another lane. */
  @Nullable String lane;

  @Nullable CallScope scope;
  @Nullable Tenant tenant;

  /** The lane in which it has a place or is parked; null if it has none. */
  @Nullable LaneState laneState;

  boolean parked;

  /** What is done with it when it is no longer parked. */
  Runnable whenPlaced = () -> {};

  /** Whether it waits for the end of its pause without a place in its lane. */
  boolean apart;

  /** Whether it goes before those in its lane that were behind it. */
  boolean early;

  /** Creates a candidate without a lane. */
  protected Candidate(WaitClock stay) {
    this.stay = stay;
  }

  /** Returns the class of the request. */
  public abstract ClassOfRequests ofClass();

  /** Returns the decoded call; null if it was dropped. */
  public abstract @Nullable CompletionCall call();

  /** Whether it waits in its lane. Otherwise its entry there is skipped. */
  public abstract boolean waitsInLane();

  /** Whether a pause selects it. */
  public abstract boolean isPaused();

  /** Whether it has a place in its lane, or is parked. */
  public boolean hasPlace() {
    return laneState != null;
  }

  /** Returns the name of its lane; null if it has none yet. */
  public @Nullable String lane() {
    return lane;
  }

  /** Forgets the lane, since the call goes to another one. The place must be free by now. */
  public void leavesLane() {
    lane = null;
  }

  /** Sets whether it goes before those in its lane that were behind it. */
  public void goesFirst(boolean first) {
    early = first;
  }

  /** Returns whose limits the call uses; null until it was decoded. */
  public @Nullable CallScope scope() {
    return scope;
  }

  /** Returns its tenant's name in meters; empty if there are no tenants or it is not known yet. */
  public String tenantShown() {
    return tenant == null ? "" : tenant.shown;
  }
}
