// SPDX-License-Identifier: Apache-2.0
/**
 * The scheduler: which request is called next.
 *
 * <p>A {@link io.completionworker.async.schedule.Candidate} waits in a lane, with others of the
 * same limit scope, credential, model and service tier. {@link
 * io.completionworker.async.schedule.Lanes} gives the next one that admission lets start: the most
 * urgent class first, tenants in turn, and a lane that must wait delays no other. {@link
 * io.completionworker.async.schedule.LaneQuota} says how many of a lane are decoded and at hand;
 * the others are parked. Belongs to the dispatcher's loop. Does not know what becomes of a request
 * before and after its turn.
 */
@NullMarked
package io.completionworker.async.schedule;

import org.jspecify.annotations.NullMarked;
