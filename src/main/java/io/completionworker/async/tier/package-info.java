// SPDX-License-Identifier: Apache-2.0
/**
 * Service tiers: in which one a flight is called, and when it has to go on to the next.
 *
 * <p>{@link io.completionworker.async.tier.Tiers} gives a flight the call of its tier, and says of
 * a flight whose turn has come or whose attempt has ended whether it leaves. Flights that leave
 * while they wait go to a receiver. Belongs to the dispatcher's loop. Knows lanes, but does not
 * know who starts calls.
 */
@NullMarked
package io.completionworker.async.tier;

import org.jspecify.annotations.NullMarked;
