// SPDX-License-Identifier: Apache-2.0
/**
 * Flights that are set aside although they could be called, most of them since they gain from the
 * calls of others: an answer, or the beginning of their prompts in the provider's cache.
 *
 * <p>{@link io.completionworker.async.sharing.SetAside} is asked whenever a flight's turn has come,
 * and puts back what it has set aside. A flight that gets an answer without a call goes to a
 * receiver. Belongs to the dispatcher's loop. Does not know lanes, nor who starts calls.
 */
@NullMarked
package io.completionworker.async.sharing;

import org.jspecify.annotations.NullMarked;
