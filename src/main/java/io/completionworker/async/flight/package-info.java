// SPDX-License-Identifier: Apache-2.0
/**
 * The table of flights: every accepted request of this instance until its outcome is committed, its
 * state, and what is known of its calls.
 *
 * <p>Belongs to the dispatcher's loop. Does not decide what becomes of a flight.
 */
@NullMarked
package io.completionworker.async.flight;

import org.jspecify.annotations.NullMarked;
